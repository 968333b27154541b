import { violation } from "./errors.ts";
import type { PacketType } from "./packet.ts";
import { ReasonCode } from "./reason-code.ts";

/** Whether a topic has a character that only filters may have (section 4.7.1). */
export function hasWildcard(topic: string): boolean {
  return topic.includes("#") || topic.includes("+");
}

/** [MQTT-4.7.3-1] [MQTT-3.3.2-2] A topic to publish to has at least one character and no wildcards. */
export function checkTopicName(type: PacketType, what: string, topic: string): void {
  if (topic === "") throw violation(type, `empty ${what}`, ReasonCode.TOPIC_NAME_INVALID);
  if (hasWildcard(topic)) throw violation(type, `wildcard in the ${what}`, ReasonCode.TOPIC_NAME_INVALID);
}

/** [MQTT-4.7.3-1] The one thing that the codec knows about filters; their syntax is not its affair. */
export function checkTopicFilter(type: PacketType, filter: string): void {
  if (filter === "") throw violation(type, "empty topic filter", ReasonCode.TOPIC_FILTER_INVALID);
}
