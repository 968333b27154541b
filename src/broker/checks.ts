import { type PacketType, ProtocolError, packetName, ReasonCode } from "../codec/index.ts";
import type { BrokerOptions } from "./options.ts";

type Limits = Pick<BrokerOptions, "maximumUserProperties" | "maximumUserPropertyBytes">;

/** Throws where a packet carries more User Properties than it may. */
export function checkUserProperties(
  type: PacketType,
  properties: readonly (readonly [string, string])[] | undefined,
  limits: Limits,
): void {
  if (properties === undefined) {
    return;
  }
  let bytes = 0;
  for (const [name, value] of properties) {
    bytes += 5 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  checkUserPropertyCount(type, properties.length, bytes, limits);
}

export function checkUserPropertyCount(type: PacketType, count: number, bytes: number, limits: Limits): void {
  if (count > limits.maximumUserProperties || bytes > limits.maximumUserPropertyBytes) {
    throw new ProtocolError(
      ReasonCode.QUOTA_EXCEEDED,
      `${packetName(type)}: ${count} user properties of ${bytes} bytes, where ${limits.maximumUserProperties} and ${limits.maximumUserPropertyBytes} are allowed`,
    );
  }
}

/** Control characters, and code points that never are characters (1.5.4). */
const UNWANTED = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** Throws where a string of the packet, at any depth, has a character that 1.5.4 lets a server refuse. */
export function checkStrings(type: PacketType, packet: object): void {
  for (const value of Object.values(packet)) {
    if (typeof value === "string" && UNWANTED.test(value)) {
      throw new ProtocolError(
        ReasonCode.MALFORMED_PACKET,
        `${packetName(type)}: a control character or a non-character in a string`,
      );
    }
    if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
      checkStrings(type, value);
    }
  }
}
