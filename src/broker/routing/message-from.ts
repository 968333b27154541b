import { encodePacket, ProtocolVersion, PublishFrame, type PublishPacket } from "../../codec/index.ts";
import { Message } from "../../delivery/index.ts";

/** A message of the broker's own making — a Will, `$SYS` — as an encoded PUBLISH like any other. */
export function messageFrom(packet: PublishPacket, publisher: string): Message {
  const bytes = encodePacket(packet, ProtocolVersion.V5_0);
  return new Message(PublishFrame.from(bytes, ProtocolVersion.V5_0), publisher);
}
