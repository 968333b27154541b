import { encodePacket, type ProtocolVersion, PublishFrame, type PublishPacket } from "../../src/codec/index.ts";
import { Message } from "../../src/delivery/index.ts";
import { publishPacket } from "./packet-client.ts";

/** An Application Message as the broker sees it when a client has sent this PUBLISH. */
export function messageOf(
  topic: string,
  payload: string | Uint8Array,
  wishes: Partial<PublishPacket> = {},
  version: ProtocolVersion = 5,
): Message {
  const packet = publishPacket(topic, payload, { packetId: wishes.qos ? 1 : undefined, ...wishes });
  const message = new Message(PublishFrame.from(encodePacket(packet, version), version), "publisher");
  message.topic = topic;
  return message;
}
