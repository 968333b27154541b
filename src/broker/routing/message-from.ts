import {
  encodePacket,
  PacketParser,
  ProtocolVersion,
  type PublishFrame,
  type PublishPacket,
} from "../../codec/index.ts";
import { Message } from "../../delivery/index.ts";

/** A message of the broker's own making — a Will, `$SYS` — as an encoded PUBLISH like any other. */
export function messageFrom(packet: PublishPacket, publisher: string): Message {
  let frame: PublishFrame | undefined;
  const parser = new PacketParser({
    role: "client",
    version: ProtocolVersion.V5_0,
    maximumPacketSize: Number.POSITIVE_INFINITY,
    onPublish: (parsed) => {
      frame = parsed;
    },
    onPacket: () => {},
  });
  parser.push(encodePacket(packet, ProtocolVersion.V5_0));
  return new Message(frame as PublishFrame, publisher);
}
