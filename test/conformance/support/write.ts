import { type Kind, PROPERTIES, type Properties } from "./properties.ts";

/**
 * MQTT as the standards print it, written a second time: what the tests say to a broker. Nothing here comes from `src/`.
 */

export type Version = 3 | 4 | 5;

export interface WillFields {
  readonly topic: string;
  readonly payload?: string | Uint8Array;
  readonly qos?: number;
  readonly retain?: boolean;
  readonly properties?: Properties;
}

export interface ConnectFields {
  readonly clientId?: string;
  /** Clean Start, Clean Session. */
  readonly clean?: boolean;
  readonly keepAlive?: number;
  readonly will?: WillFields;
  readonly userName?: string;
  readonly password?: string | Uint8Array;
  readonly properties?: Properties;
}

export interface PublishFields {
  readonly topic: string;
  readonly payload?: string | Uint8Array;
  readonly qos?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly id?: number;
  readonly properties?: Properties;
}

export interface FilterFields {
  readonly filter: string;
  readonly qos?: number;
  readonly noLocal?: boolean;
  readonly retainAsPublished?: boolean;
  readonly retainHandling?: number;
}

export function connect(version: Version, fields: ConnectFields): Buffer {
  const { clientId = "", clean = true, keepAlive = 60, will, userName, password, properties = {} } = fields;
  const flags =
    (clean ? 0x02 : 0) |
    (will === undefined ? 0 : 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0)) |
    (password === undefined ? 0 : 0x40) |
    (userName === undefined ? 0 : 0x80);
  return frame(
    0x10,
    text(version === 3 ? "MQIsdp" : "MQTT"),
    [version, flags],
    two(keepAlive),
    version === 5 ? set(properties) : [],
    text(clientId),
    will === undefined ? [] : version === 5 ? set(will.properties ?? {}) : [],
    will === undefined ? [] : text(will.topic),
    will === undefined ? [] : binary(will.payload ?? ""),
    userName === undefined ? [] : text(userName),
    password === undefined ? [] : binary(password),
  );
}

export function publish(version: Version, fields: PublishFields): Buffer {
  const { topic, payload = "", qos = 0, retain = false, dup = false, id = 0, properties = {} } = fields;
  return frame(
    0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
    text(topic),
    qos > 0 ? two(id) : [],
    version === 5 ? set(properties) : [],
    bytesOf(payload),
  );
}

const ACK_BYTES = { PUBACK: 0x40, PUBREC: 0x50, PUBREL: 0x62, PUBCOMP: 0x70 } as const;
export type AckName = keyof typeof ACK_BYTES;

/** A PUBACK, PUBREC, PUBREL or PUBCOMP; the short form unless there is a reason code or properties. */
export function ack(name: AckName, id: number, code?: number, properties?: Properties): Buffer {
  return frame(
    ACK_BYTES[name],
    two(id),
    code === undefined ? [] : [code],
    properties === undefined ? [] : set(properties),
  );
}

export function subscribe(
  version: Version,
  id: number,
  filters: readonly FilterFields[],
  properties: Properties = {},
): Buffer {
  return frame(
    0x82,
    two(id),
    version === 5 ? set(properties) : [],
    ...filters.flatMap(({ filter, qos = 0, noLocal, retainAsPublished, retainHandling = 0 }) => [
      text(filter),
      [qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4)],
    ]),
  );
}

export function unsubscribe(version: Version, id: number, filters: readonly string[]): Buffer {
  return frame(0xa2, two(id), version === 5 ? set({}) : [], ...filters.map(text));
}

export function disconnect(code?: number, properties?: Properties): Buffer {
  return frame(0xe0, code === undefined ? [] : [code], properties === undefined ? [] : set(properties));
}

export function auth(code: number, method: string | undefined, data?: string): Buffer {
  return frame(
    0xf0,
    [code],
    set({
      ...(method === undefined ? {} : { authenticationMethod: method }),
      ...(data === undefined ? {} : { authenticationData: Buffer.from(data) }),
    }),
  );
}

export const PINGREQ = Buffer.from([0xc0, 0]);

/** A frame of any type: first byte, Remaining Length, the pieces. */
export function frame(firstByte: number, ...pieces: (readonly number[] | Uint8Array)[]): Buffer {
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  return Buffer.concat([Buffer.from([firstByte]), varint(body.length), body]);
}

export function text(value: string): Buffer {
  return binary(value);
}

export function varint(value: number): Buffer {
  const encoded: number[] = [];
  let rest = value;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    encoded.push(rest > 0 ? digit | 128 : digit);
  } while (rest > 0);
  return Buffer.from(encoded);
}

/** Properties with their length. */
function set(properties: Properties): Buffer {
  const pieces = PROPERTIES.flatMap(([id, name, kind]) => {
    const value = properties[name];
    if (value === undefined) {
      return [];
    }
    const repeated = name === "userProperties" || name === "subscriptionIdentifiers";
    return (repeated ? (value as unknown[]) : [value]).flatMap((item) => [Buffer.from([id]), write(kind, item)]);
  });
  const body = Buffer.concat(pieces);
  return Buffer.concat([varint(body.length), body]);
}

function write(kind: Kind, value: unknown): Buffer {
  switch (kind) {
    case "byte":
      return Buffer.from([value as number]);
    case "two":
      return two(value as number);
    case "four": {
      const four = Buffer.alloc(4);
      four.writeUInt32BE(value as number);
      return four;
    }
    case "varint":
      return varint(value as number);
    case "text":
      return text(value as string);
    case "binary":
      return binary(value as Buffer);
    case "pair":
      return Buffer.concat((value as [string, string]).map(text));
  }
}

function two(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function binary(value: string | Uint8Array): Buffer {
  const bytes = bytesOf(value);
  return Buffer.concat([two(bytes.length), bytes]);
}

function bytesOf(value: string | Uint8Array): Buffer {
  return Buffer.from(value);
}
