import { announcedPacketSize } from "./announced-packet-size.ts";
import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { ProtocolError } from "./errors.ts";
import { PacketType, type QoS } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { type ConnectProperties, NO_PROPERTIES, type WillProperties } from "./properties.ts";
import { checkAuthentication } from "./property-checks.ts";
import { ProtocolVersion, protocolName } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";
import { checkTopicName } from "./topic-characters.ts";

/** The message that the server publishes when the client goes away without saying goodbye (section 3.1.2.5). */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: WillProperties;
}

/**
 * Section 3.1. In 3.1 and 3.1.1 the flag Clean Session says both how a session begins and when it ends: set, it is a clean start and no
 * `sessionExpiryInterval` (0: the session ends with the connection); not set, it is no clean start and `sessionExpiryInterval` 0xFFFFFFFF.
 */
export interface ConnectPacket {
  readonly type: typeof PacketType.CONNECT;
  readonly protocolVersion: ProtocolVersion;
  /** 3.1 and 3.1.1 only: the client is a broker's bridge (bit 7 of the protocol level, an extension that many brokers know). */
  readonly bridge: boolean;
  readonly cleanStart: boolean;
  /** Seconds; 0 turns keep alive off. */
  readonly keepAlive: number;
  readonly clientId: string;
  readonly will: Will | undefined;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly properties: ConnectProperties;
}

const VERSIONS_BY_NAME: ReadonlyMap<string, readonly ProtocolVersion[]> = new Map([
  ["MQIsdp", [ProtocolVersion.V3_1]],
  ["MQTT", [ProtocolVersion.V3_1_1, ProtocolVersion.V5_0]],
]);
const BRIDGE = 0x80;
const NEVER_EXPIRES: ConnectProperties = Object.freeze({ sessionExpiryInterval: 0xffff_ffff });

/** Bytes between the protocol level and the properties. */
const FLAGS_AND_KEEP_ALIVE = 3;

const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** What a CONNECT says of the client even if something else is wrong with it: the answer keeps to that. */
interface Announced {
  version: ProtocolVersion;
  announcedPacketSize: number | undefined;
}

/** Sets `announced.version` as soon as it is known, and the packet size where the rest is refused. */
export function decodeConnect(reader: PacketReader, announced: Announced): ConnectPacket {
  const level = decodeLevel(reader);
  const protocolVersion = (level & ~BRIDGE) as ProtocolVersion;
  announced.version = protocolVersion;
  const { bytes, position, end } = reader;
  try {
    return decodeBody(reader, level, protocolVersion);
  } catch (error) {
    if (protocolVersion === ProtocolVersion.V5_0) {
      announced.announcedPacketSize = announcedPacketSize(bytes, position + FLAGS_AND_KEEP_ALIVE, end);
    }
    throw error;
  }
}

/** What stands behind the protocol level. */
function decodeBody(reader: PacketReader, level: number, protocolVersion: ProtocolVersion): ConnectPacket {
  const flags = reader.uint8();
  checkFlags(reader, flags, protocolVersion);
  const cleanStart = (flags & CLEAN_START) !== 0;
  const keepAlive = reader.uint16();
  const properties = decodeConnectProperties(reader, protocolVersion, cleanStart);
  const clientId = reader.utf8();
  const will = (flags & WILL) === 0 ? undefined : decodeWill(reader, flags, protocolVersion);
  const userName = hasField(reader, flags & USER_NAME, protocolVersion) ? reader.utf8() : undefined;
  const password = hasField(reader, flags & PASSWORD, protocolVersion) ? reader.binary() : undefined;
  reader.expectEnd();
  return {
    type: PacketType.CONNECT,
    protocolVersion,
    bridge: level >= BRIDGE,
    cleanStart,
    keepAlive,
    clientId,
    will,
    userName,
    password,
    properties,
  };
}

/** Protocol name and level; the level may have the bridge bit. */
function decodeLevel(reader: PacketReader): number {
  const name = reader.utf8();
  const versions = VERSIONS_BY_NAME.get(name);
  if (versions === undefined) throw reader.malformed("not the protocol name of MQTT");
  const level = reader.uint8();
  const version = versions.find((candidate) => candidate === level || candidate === (level & ~BRIDGE));
  // Bridges mark their level in 3.1 and 3.1.1 only; 5.0 has better means.
  if (version === undefined || (version === ProtocolVersion.V5_0 && level !== version)) {
    throw new ProtocolError(
      ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
      `CONNECT: protocol ${name} level ${level} is not supported`,
      { protocolLevel: level },
    );
  }
  return level;
}

function checkFlags(reader: PacketReader, flags: number, version: ProtocolVersion): void {
  // [MQTT-3.1.2-3] In 3.1 the bit had no meaning.
  if ((flags & 1) !== 0 && version !== ProtocolVersion.V3_1) throw reader.malformed("reserved connect flag");
  const willQos = willQosOf(flags);
  if (willQos === 3) throw reader.malformed("will QoS 3");
  if ((flags & WILL) === 0 && (willQos !== 0 || (flags & WILL_RETAIN) !== 0)) {
    throw reader.violation("will QoS or retain without a will"); // [MQTT-3.1.2-11] [MQTT-3.1.2-13]
  }
  // [MQTT-3.1.2-22] of 3.1.1; legal in 5.0.
  if (version !== ProtocolVersion.V5_0 && (flags & PASSWORD) !== 0 && (flags & USER_NAME) === 0) {
    throw reader.violation("password without user name");
  }
}

function willQosOf(flags: number): number {
  return (flags >> 3) & 3;
}

function decodeConnectProperties(
  reader: PacketReader,
  version: ProtocolVersion,
  cleanStart: boolean,
): ConnectProperties {
  if (version !== ProtocolVersion.V5_0) return cleanStart ? NO_PROPERTIES : NEVER_EXPIRES;
  const properties = decodeProperties(reader, "CONNECT");
  checkAuthentication(reader.type, properties);
  return properties;
}

function decodeWill(reader: PacketReader, flags: number, version: ProtocolVersion): Will {
  const properties = version === ProtocolVersion.V5_0 ? decodeProperties(reader, "WILL") : NO_PROPERTIES;
  const topic = reader.utf8();
  checkTopicName(reader.type, "will topic", topic);
  const payload = reader.binary();
  return { topic, payload, qos: willQosOf(flags) as QoS, retain: (flags & WILL_RETAIN) !== 0, properties };
}

/** In 3.1 a packet may end before the user name and password that its flags announce: the Remaining Length takes precedence. */
function hasField(reader: PacketReader, flag: number, version: ProtocolVersion): boolean {
  return flag !== 0 && (version !== ProtocolVersion.V3_1 || reader.remaining > 0);
}

export function encodeConnect(writer: PacketWriter, packet: ConnectPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.CONNECT, 0);
  const isVersion5 = version === ProtocolVersion.V5_0;
  if (packet.protocolVersion !== version) {
    throw writer.violation(`protocol version ${packet.protocolVersion} encoded as ${version}`);
  }
  if (packet.bridge && isVersion5) throw writer.violation("bridge bit in MQTT 5.0");
  if (!isVersion5 && packet.password !== undefined && packet.userName === undefined) {
    throw writer.violation("password without user name");
  }
  writer.utf8(protocolName(version));
  writer.uint8(version | (packet.bridge ? BRIDGE : 0));
  writer.uint8(flagsOf(writer, packet));
  writer.uint16(packet.keepAlive, "keep alive");
  if (isVersion5) {
    checkAuthentication(writer.type, packet.properties);
    encodeProperties(writer, "CONNECT", packet.properties);
  }
  writer.utf8(packet.clientId);
  if (packet.will !== undefined) encodeWill(writer, packet.will, version);
  if (packet.userName !== undefined) writer.utf8(packet.userName);
  if (packet.password !== undefined) writer.binary(packet.password);
  writer.closeFrame(frame);
}

function flagsOf(writer: PacketWriter, { cleanStart, will, userName, password }: ConnectPacket): number {
  let flags = cleanStart ? CLEAN_START : 0;
  if (will !== undefined) {
    flags |= WILL | (writer.qos(will.qos) << 3) | (will.retain ? WILL_RETAIN : 0);
  }
  if (userName !== undefined) flags |= USER_NAME;
  if (password !== undefined) flags |= PASSWORD;
  return flags;
}

function encodeWill(writer: PacketWriter, will: Will, version: ProtocolVersion): void {
  if (version === ProtocolVersion.V5_0) encodeProperties(writer, "WILL", will.properties);
  checkTopicName(writer.type, "will topic", will.topic);
  writer.utf8(will.topic);
  writer.binary(will.payload);
}
