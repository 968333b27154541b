import type { ClientOptions, Environment } from "../client/index.ts";
import { systemEnvironment } from "../client/index.ts";
import {
  encodePacket,
  type Packet,
  PacketParser,
  PacketType,
  packetName,
  reasonCodeHex,
  reasonCodeName,
} from "../codec/index.ts";
import { Moment } from "./format/moment.ts";
import { strftime } from "./format/strftime.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Bytes of a payload that are shown. */
const SHOWN = 60;

/**
 * The world as clients know it, in which every packet that goes out or comes in leaves a line on stderr: time, direction,
 * packet, size, contents. Passwords are never among them.
 */
export function tracingEnvironment(
  { protocolVersion }: ClientOptions,
  terminal: Pick<Terminal, "status">,
): Environment {
  return {
    ...systemEnvironment,
    dial: async (address, options) => {
      const stream = await systemEnvironment.dial(address, options);
      let version = protocolVersion;
      const tell = (arrow: string, packet: Packet, size: number): void => {
        const moment = new Moment();
        const time = `${strftime("T", moment.date)}.${String(moment.microseconds).padStart(6, "0")}`;
        terminal.status(`${time} ${arrow} ${packetName(packet.type)} ${size} B${describe(packet)}`);
      };
      const parserFor = (role: "server" | "client", arrow: string): PacketParser =>
        new PacketParser({
          role,
          version,
          maximumPacketSize: Number.POSITIVE_INFINITY,
          onPublish: (frame) => tell(arrow, frame.decode(), frame.end - frame.start),
          onPacket: (packet) => {
            if (packet.type === PacketType.CONNECT) version = packet.protocolVersion;
            tell(arrow, packet, encodePacket(packet, version).length);
          },
        });
      const sent = parserFor("server", ">");
      const follow = (parser: PacketParser, bytes: Uint8Array): void => {
        try {
          // What we send may be written over, and what comes belongs to the client.
          parser.push(Buffer.from(bytes));
        } catch (error) {
          terminal.status(`cannot be decoded: ${(error as Error).message}`);
        }
      };
      const write = stream.write.bind(stream);
      const writeAll = stream.writeAll.bind(stream);
      stream.write = (bytes) => {
        follow(sent, bytes);
        return write(bytes);
      };
      stream.writeAll = (parts) => {
        for (const part of parts) follow(sent, part);
        return writeAll(parts);
      };
      let received: PacketParser | undefined;
      let onData = stream.onData;
      const tapped = (chunk: Buffer): void => {
        received ??= parserFor("client", "<");
        follow(received, chunk);
        onData(chunk);
      };
      Object.defineProperty(stream, "onData", {
        get: () => tapped,
        set: (next: typeof onData) => {
          onData = next;
        },
      });
      return stream;
    },
  };
}

function describe(packet: Packet): string {
  const facts: string[] = [];
  for (const [name, value] of Object.entries(packet)) {
    if (name === "type" || value === undefined || value === false || name === "bridge") continue;
    const shown = factFrom(name, value);
    if (shown !== "") facts.push(shown);
  }
  return facts.length === 0 ? "" : ` ${facts.join(" ")}`;
}

function factFrom(name: string, value: unknown): string {
  if (value === true) return name;
  if (name === "password") return "password=***";
  if (name === "properties") {
    return Object.entries(value as object)
      .filter(([, content]) => content !== undefined)
      .map(([key, content]) => `${key}=${shownValue(key, content)}`)
      .join(" ");
  }
  if (name === "reasonCode") return `${reasonCodeHex(value as never)} ${reasonCodeName(value as never)}`;
  if (name === "reasonCodes") return `[${(value as never[]).map((code) => reasonCodeHex(code)).join(", ")}]`;
  return `${name}=${shownValue(name, value)}`;
}

function shownValue(name: string, value: unknown): string {
  if (name === "authenticationData") return "***";
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value.subarray(0, SHOWN)).toString("utf8");
    return `${JSON.stringify(text)}${value.length > SHOWN ? `… (${value.length} B)` : ""}`;
  }
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === "object" && inner.type === "Buffer" ? Buffer.from(inner.data).toString() : inner,
  );
}
