import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { type ConnackProperties, NO_PROPERTIES } from "./properties.ts";
import { checkAuthentication } from "./property-checks.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

/** Section 3.2. The return codes of 3.1 and 3.1.1 are read and written as the reason codes that mean the same. */
export interface ConnackPacket {
  readonly type: typeof PacketType.CONNACK;
  readonly sessionPresent: boolean;
  readonly reasonCode: ReasonCode;
  readonly properties: ConnackProperties;
}

/** What the return codes 0 to 5 of 3.1 and 3.1.1 mean. */
const REASON_CODES: readonly ReasonCode[] = [
  ReasonCode.SUCCESS,
  ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
  ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
  ReasonCode.SERVER_UNAVAILABLE,
  ReasonCode.BAD_USER_NAME_OR_PASSWORD,
  ReasonCode.NOT_AUTHORIZED,
];
const RETURN_CODE_SERVER_UNAVAILABLE = 3;
const RETURN_CODE_NOT_AUTHORIZED = 5;

/** Two bytes and no properties: a server of 3.1 or 3.1.1 answers a client of 5.0 like this, and means a return code. */
const OLDER_LENGTH = 2;

export function decodeConnack(reader: PacketReader, version: ProtocolVersion): ConnackPacket {
  const isOlder = version === ProtocolVersion.V5_0 && reader.remaining === OLDER_LENGTH;
  const sessionPresent = decodeSessionPresent(reader, version);
  const isVersion5 = version === ProtocolVersion.V5_0 && !isOlder;
  const reasonCode = isVersion5 ? reader.reasonCode("server") : decodeReturnCode(reader);
  if (sessionPresent && reasonCode !== ReasonCode.SUCCESS) {
    throw reader.violation("session present in a refusal"); // [MQTT-3.2.2-6]
  }
  if (isOlder && reasonCode === ReasonCode.SUCCESS) throw reader.malformed("no properties");
  const properties = isVersion5 ? decodeProperties(reader, "CONNACK") : NO_PROPERTIES;
  checkAuthentication(reader.type, properties);
  reader.expectEnd();
  return { type: PacketType.CONNACK, sessionPresent, reasonCode, properties };
}

function decodeSessionPresent(reader: PacketReader, version: ProtocolVersion): boolean {
  const flags = reader.uint8();
  if (version === ProtocolVersion.V3_1) return false; // A reserved byte there.
  if (flags > 1) throw reader.malformed("reserved connect acknowledge flags");
  return flags === 1;
}

function decodeReturnCode(reader: PacketReader): ReasonCode {
  const returnCode = reader.uint8();
  const reasonCode = REASON_CODES[returnCode];
  if (reasonCode === undefined) throw reader.violation(`return code ${returnCode}`);
  return reasonCode;
}

export function encodeConnack(writer: PacketWriter, packet: ConnackPacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.CONNACK, 0);
  if (packet.sessionPresent && packet.reasonCode !== ReasonCode.SUCCESS) {
    throw writer.violation("session present in a refusal");
  }
  writer.uint8(packet.sessionPresent && version !== ProtocolVersion.V3_1 ? 1 : 0);
  if (version === ProtocolVersion.V5_0) {
    checkAuthentication(writer.type, packet.properties);
    writer.reasonCode(packet.reasonCode);
    encodeProperties(writer, "CONNACK", packet.properties);
  } else {
    writer.uint8(returnCodeOf(packet.reasonCode));
  }
  writer.closeFrame(frame);
}

/** The return code that comes closest. */
function returnCodeOf(reasonCode: ReasonCode): number {
  const same = REASON_CODES.indexOf(reasonCode);
  if (same !== -1) return same;
  switch (reasonCode) {
    case ReasonCode.NOT_AUTHORIZED:
    case ReasonCode.BANNED:
    case ReasonCode.BAD_AUTHENTICATION_METHOD:
    case ReasonCode.TOPIC_NAME_INVALID:
    case ReasonCode.RETAIN_NOT_SUPPORTED:
    case ReasonCode.QOS_NOT_SUPPORTED:
      return RETURN_CODE_NOT_AUTHORIZED;
    default:
      return RETURN_CODE_SERVER_UNAVAILABLE;
  }
}
