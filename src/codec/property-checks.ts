import { violation } from "./errors.ts";
import type { PacketType } from "./packet.ts";
import type { AuthProperties, Property } from "./properties.ts";
import { hasWildcard } from "./topic-characters.ts";

// What decoding and encoding check alike, and blame alike.

export function checkBit(type: PacketType, property: Property, value: number): number {
  if (value !== 0 && value !== 1) throw violation(type, `${property.key} ${value}, which is neither 0 nor 1`);
  return value;
}

export function checkZero(type: PacketType, property: Property, value: number): number {
  if (value === 0 && property.zero !== undefined) throw violation(type, `${property.key} 0`, property.zero);
  return value;
}

/** [MQTT-3.3.2-14] */
export function checkResponseTopic(type: PacketType, property: Property, topic: string): void {
  if (topic === "" || hasWildcard(topic)) throw violation(type, `${property.key} that is empty or has wildcards`);
}

/** Section 3.1.2.11.10: data without a method means nothing. */
export function checkAuthentication(type: PacketType, properties: Omit<AuthProperties, "reasonString">): void {
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw violation(type, "authentication data without a method");
  }
}
