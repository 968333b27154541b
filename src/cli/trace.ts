import { isUtf8 } from "node:buffer";
import type { ClientOptions, Environment } from "../client/index.ts";
import { systemEnvironment } from "../client/index.ts";
import { type Packet, PacketParser, PacketType, packetName, reasonCodeHex, reasonCodeName } from "../codec/index.ts";
import { Moment } from "./format/moment.ts";
import { strftime } from "./format/strftime.ts";
import { FrameSizes } from "./frame-sizes.ts";
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
      const say = (line: string): void => {
        const moment = new Moment();
        const time = `${strftime("T", moment.date)}.${String(moment.microseconds).padStart(6, "0")}`;
        terminal.status(`${time} ${line}`);
      };
      say(`= connected to ${stream.remote}`);
      const directionFor = (role: "server" | "client", arrow: string): Direction => {
        const sizes = new FrameSizes();
        const tell = (packet: Packet): void => {
          say(`${arrow} ${packetName(packet.type)} ${sizes.next()} B${describe(packet)}`);
        };
        const parser = new PacketParser({
          role,
          version,
          maximumPacketSize: Number.POSITIVE_INFINITY,
          onPublish: (frame) => tell(frame.decode()),
          onPacket: (packet) => {
            if (packet.type === PacketType.CONNECT) version = packet.protocolVersion;
            tell(packet);
          },
        });
        return { arrow, parser, sizes };
      };
      const sent = directionFor("server", ">");
      const follow = ({ arrow, parser, sizes }: Direction, bytes: Uint8Array): void => {
        try {
          sizes.push(bytes);
          // What we send may be written over, and what comes belongs to the client.
          parser.push(Buffer.from(bytes));
        } catch (error) {
          say(`${arrow} cannot be decoded: ${(error as Error).message}: ${bytes.length} B ${inHex(bytes)}`);
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
      let received: Direction | undefined;
      let onData = stream.onData;
      const tapped = (chunk: Buffer): void => {
        received ??= directionFor("client", "<");
        follow(received, chunk);
        onData(chunk);
      };
      Object.defineProperty(stream, "onData", {
        get: () => tapped,
        set: (next: typeof onData) => {
          onData = next;
        },
      });
      let onClose = stream.onClose;
      const closed: typeof onClose = (cause) => {
        say(`= closed${cause === undefined ? "" : `: ${cause.message}`}`);
        onClose(cause);
      };
      Object.defineProperty(stream, "onClose", {
        get: () => closed,
        set: (next: typeof onClose) => {
          onClose = next;
        },
      });
      return stream;
    },
  };
}

/** The bytes of one way, being read. */
interface Direction {
  readonly arrow: string;
  readonly parser: PacketParser;
  readonly sizes: FrameSizes;
}

function describe(packet: Packet): string {
  const facts: string[] = [];
  for (const [name, value] of Object.entries(packet)) {
    if (name === "type" || value === undefined || value === false || name === "bridge") continue;
    const shown = factFrom(name, value, packet.type);
    if (shown !== "") facts.push(shown);
  }
  return facts.length === 0 ? "" : ` ${facts.join(" ")}`;
}

function factFrom(name: string, value: unknown, type: PacketType): string {
  if (value === true) return name;
  if (name === "password") return "password=***";
  if (name === "properties") {
    return Object.entries(value as object)
      .filter(([, content]) => content !== undefined)
      .map(([key, content]) => `${key}=${shownValue(key, content)}`)
      .join(" ");
  }
  const reason = (code: number): string => `${reasonCodeHex(code)} ${reasonCodeName(code, type)}`;
  if (name === "reasonCode") return reason(value as number);
  if (name === "reasonCodes") return `[${(value as readonly number[]).map(reason).join(", ")}]`;
  return `${name}=${shownValue(name, value)}`;
}

function shownValue(name: string, value: unknown): string {
  if (name === "authenticationData") return "***";
  if (value instanceof Uint8Array) return shownBytes(value);
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === "object" && inner.type === "Buffer"
      ? shownBytes(Buffer.from(inner.data))
      : inner,
  );
}

/** Text where it is, else hexadecimal digits; both no longer than a line can take. */
function shownBytes(bytes: Uint8Array): string {
  const more = bytes.length > SHOWN ? `… (${bytes.length} B)` : "";
  if (!isUtf8(bytes)) return `${inHex(bytes)}${more}`;
  return `${JSON.stringify(Buffer.from(bytes.subarray(0, SHOWN)).toString("utf8"))}${more}`;
}

function inHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.subarray(0, SHOWN)).toString("hex")}`;
}
