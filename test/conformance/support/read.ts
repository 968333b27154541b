import { Cursor } from "./cursor.ts";
import { demand, utf8 } from "./demand.ts";
import type { Properties } from "./properties.ts";
import type { AckName, Version } from "./write.ts";

/**
 * What servers send, read by the letter of the standards and strictly: a broker that sends something malformed fails
 * whichever test sees it first. Nothing here comes from `src/`.
 */

const TYPES = [
  "",
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "PINGREQ",
  "PINGRESP",
  "DISCONNECT",
  "AUTH",
] as const;

interface Received {
  /** The whole packet as it arrived. */
  readonly bytes: Buffer;
  readonly properties: Properties;
}

export interface Connack extends Received {
  readonly type: "CONNACK";
  readonly sessionPresent: boolean;
  readonly code: number;
}

export interface Publish extends Received {
  readonly type: "PUBLISH";
  readonly topic: string;
  readonly topicBytes: Buffer;
  readonly payload: Buffer;
  /** The payload as UTF-8. */
  readonly text: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly id: number;
}

export interface Ack extends Received {
  readonly type: AckName;
  readonly id: number;
  readonly code: number;
}

export interface Suback extends Received {
  readonly type: "SUBACK" | "UNSUBACK";
  readonly id: number;
  readonly codes: number[];
}

export interface Pingresp extends Received {
  readonly type: "PINGRESP";
}

export interface Farewell extends Received {
  readonly type: "DISCONNECT" | "AUTH";
  readonly code: number;
}

export type Packet = Connack | Publish | Ack | Suback | Pingresp | Farewell;
export type PacketName = Packet["type"];
type Of<P, Name> = P extends { readonly type: infer Type } ? (Name extends Type ? P : never) : never;
export type PacketOf<Name extends PacketName> = Of<Packet, Name>;

/** Reads a packet of a server. Throws where it breaks a rule for the form of packets. */
export function read(bytes: Buffer, version: Version): Packet {
  const cursor = new Cursor(bytes);
  const firstByte = cursor.byte();
  cursor.varint();
  const type = TYPES[firstByte >> 4] ?? "";
  const packet = readBody(cursor, type, firstByte & 15, version, bytes);
  cursor.expectEnd();
  return packet;
}

function readBody(cursor: Cursor, type: string, flags: number, version: Version, bytes: Buffer): Packet {
  if (type !== "PUBLISH") {
    demand(flags === (type === "PUBREL" ? 2 : 0), `${type} with the flags ${flags}`);
  }
  switch (type) {
    case "CONNACK": {
      const flagByte = cursor.byte();
      demand((flagByte & 0xfe) === 0, "reserved Connect Acknowledge Flags");
      demand(version !== 3 || flagByte === 0, "Session Present in MQTT 3.1");
      const code = cursor.byte();
      demand(isCode(version, type, code), `CONNACK with the code ${code}`);
      return { type, bytes, sessionPresent: flagByte === 1, code, properties: cursor.properties(type, version) };
    }
    case "PUBLISH": {
      const qos = (flags >> 1) & 3;
      demand(qos < 3, "PUBLISH with QoS 3");
      demand(qos > 0 || (flags & 8) === 0, "PUBLISH with QoS 0 and DUP");
      const topicBytes = cursor.binary();
      const topic = utf8(topicBytes);
      demand(!/[+#]/.test(topic), "a wildcard in a Topic Name");
      const id = qos > 0 ? cursor.id() : 0;
      const properties = cursor.properties(type, version);
      demand(topic !== "" || properties.topicAlias !== undefined, "PUBLISH with neither a topic nor an alias");
      const payload = cursor.rest();
      return {
        type,
        bytes,
        topic,
        topicBytes,
        payload,
        text: payload.toString("utf8"),
        qos,
        retain: (flags & 1) === 1,
        dup: (flags & 8) !== 0,
        id,
        properties,
      };
    }
    case "PUBACK":
    case "PUBREC":
    case "PUBREL":
    case "PUBCOMP": {
      const id = cursor.id();
      const code = version === 5 && !cursor.isAtEnd ? cursor.byte() : 0;
      demand(isCode(version, type, code), `${type} with the code ${code}`);
      const properties = cursor.isAtEnd ? {} : cursor.properties(type, version);
      return { type, bytes, id, code, properties };
    }
    case "SUBACK":
    case "UNSUBACK": {
      const id = cursor.id();
      const properties = cursor.properties(type, version);
      const codes = [...cursor.rest()];
      demand(type === "SUBACK" || version === 5 || codes.length === 0, "UNSUBACK with codes before 5.0");
      for (const code of codes) {
        demand(isCode(version, type, code), `${type} with the code ${code}`);
      }
      return { type, bytes, id, codes, properties };
    }
    case "PINGRESP":
      return { type, bytes, properties: {} };
    case "DISCONNECT":
    case "AUTH": {
      demand(version === 5, `${type} from a server before 5.0`);
      const code = cursor.isAtEnd ? 0 : cursor.byte();
      demand(isCode(version, type, code), `${type} with the code ${code}`);
      return { type, bytes, code, properties: cursor.isAtEnd ? {} : cursor.properties(type, version) };
    }
    default:
      throw new Error(`the broker sent ${type || "a packet of type 0"}, which only clients may send`);
  }
}

const hexes = (codes: string): Set<number> => new Set(codes.split(" ").map((code) => Number.parseInt(code, 16)));

/** The tables of reason codes, for what servers send. */
const CODES_5: Readonly<Record<string, Set<number>>> = {
  CONNACK: hexes("00 80 81 82 83 84 85 86 87 88 89 8a 8c 90 95 97 99 9a 9b 9c 9d 9f"),
  PUBACK: hexes("00 10 80 83 87 90 91 97 99"),
  PUBREC: hexes("00 10 80 83 87 90 91 97 99"),
  PUBREL: hexes("00 92"),
  PUBCOMP: hexes("00 92"),
  SUBACK: hexes("00 01 02 80 83 87 8f 91 97 9e a1 a2"),
  UNSUBACK: hexes("00 11 80 83 87 8f 91"),
  DISCONNECT: hexes("00 80 81 82 83 87 89 8b 8d 8e 8f 90 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f a0 a1 a2"),
  AUTH: hexes("00 18"),
};
const CODES_3: Readonly<Record<string, Set<number>>> = {
  CONNACK: hexes("00 01 02 03 04 05"),
  SUBACK: hexes("00 01 02 80"),
};

function isCode(version: Version, type: string, code: number): boolean {
  return version === 5 ? CODES_5[type]?.has(code) === true : (CODES_3[type]?.has(code) ?? code === 0);
}
