import { decodeProperties } from "./decode-properties.ts";
import { encodeProperties } from "./encode-properties.ts";
import { PacketType, type QoS } from "./packet.ts";
import type { PacketReader } from "./packet-reader.ts";
import type { PacketWriter } from "./packet-writer.ts";
import { NO_PROPERTIES, type SubscribeProperties } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { checkTopicFilter } from "./topic-characters.ts";

/** A topic filter and what its subscriber wants; 3.1 and 3.1.1 only know the QoS. */
export interface Subscription {
  readonly filter: string;
  /** The highest QoS that messages may be sent with. */
  readonly qos: QoS;
  /** Do not send back what the same client published. */
  readonly noLocal: boolean;
  /** Keep the retain flag of the publisher. */
  readonly retainAsPublished: boolean;
  /** Send retained messages: 0 always, 1 if the subscription is new, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
}

/** Section 3.8. What arrives with more than `MOST_FILTERS` has an empty filter for each one beyond. */
export interface SubscribePacket {
  readonly type: typeof PacketType.SUBSCRIBE;
  readonly packetId: number;
  readonly properties: SubscribeProperties;
  readonly subscriptions: readonly Subscription[];
}

/**
 * So many filters of one SUBSCRIBE or UNSUBSCRIBE are read; a packet of 2 MiB may have half a million, and whoever reads
 * them all keeps everybody else waiting.
 */
export const MOST_FILTERS = 20_000;

/** Stands in a SUBSCRIBE for each filter beyond those that are read: no filter is empty [MQTT-4.7.3-1]. */
const UNREAD: Subscription = { filter: "", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 };

const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

export function decodeSubscribe(reader: PacketReader, version: ProtocolVersion): SubscribePacket {
  const packetId = reader.packetId();
  const properties = version === ProtocolVersion.V5_0 ? decodeProperties(reader, "SUBSCRIBE") : NO_PROPERTIES;
  const subscriptions: Subscription[] = [];
  while (reader.remaining > 0 && subscriptions.length < MOST_FILTERS) {
    subscriptions.push(decodeSubscription(reader, version));
  }
  if (subscriptions.length === 0) throw reader.violation("no topic filter"); // [MQTT-3.8.3-2]
  let unread = 0;
  while (reader.remaining > 0) {
    skipTopicFilter(reader);
    decodeOptions(reader, version);
    unread += 1;
  }
  return {
    type: PacketType.SUBSCRIBE,
    packetId,
    properties,
    subscriptions: unread === 0 ? subscriptions : subscriptions.concat(new Array(unread).fill(UNREAD)),
  };
}

function decodeSubscription(reader: PacketReader, version: ProtocolVersion): Subscription {
  const filter = reader.utf8();
  checkTopicFilter(reader.type, filter);
  const options = decodeOptions(reader, version);
  return {
    filter,
    qos: (options & 3) as QoS,
    noLocal: (options & NO_LOCAL) !== 0,
    retainAsPublished: (options & RETAIN_AS_PUBLISHED) !== 0,
    retainHandling: (options >> 4) as 0 | 1 | 2,
  };
}

/** Passes over a filter that is not read. */
export function skipTopicFilter(reader: PacketReader): void {
  if (reader.skipUtf8() === reader.position) checkTopicFilter(reader.type, "");
}

/** The byte behind a filter, as it may be. */
function decodeOptions(reader: PacketReader, version: ProtocolVersion): number {
  const options = reader.uint8();
  // [MQTT-3.8.3-5]; before 5.0 there is nothing but the QoS.
  if ((options & (version === ProtocolVersion.V5_0 ? 0xc0 : 0xfc)) !== 0) {
    throw reader.malformed("reserved subscription options");
  }
  if ((options & 3) === 3) throw reader.violation("QoS 3");
  if (options >> 4 === 3) throw reader.violation("retain handling 3");
  return options;
}

export function encodeSubscribe(writer: PacketWriter, packet: SubscribePacket, version: ProtocolVersion): void {
  const frame = writer.openFrame(PacketType.SUBSCRIBE, 0b0010);
  writer.packetId(packet.packetId);
  if (version === ProtocolVersion.V5_0) encodeProperties(writer, "SUBSCRIBE", packet.properties);
  if (packet.subscriptions.length === 0) throw writer.violation("no topic filter");
  for (const subscription of packet.subscriptions) {
    checkTopicFilter(writer.type, subscription.filter);
    writer.utf8(subscription.filter);
    writer.uint8(optionsOf(writer, subscription, version));
  }
  writer.closeFrame(frame);
}

function optionsOf(writer: PacketWriter, subscription: Subscription, version: ProtocolVersion): number {
  const { noLocal, retainAsPublished, retainHandling } = subscription;
  const qos = writer.qos(subscription.qos);
  if (version !== ProtocolVersion.V5_0) return qos;
  if (retainHandling !== 0 && retainHandling !== 1 && retainHandling !== 2) {
    throw writer.violation(`retain handling ${retainHandling}`);
  }
  return qos | (noLocal ? NO_LOCAL : 0) | (retainAsPublished ? RETAIN_AS_PUBLISHED : 0) | (retainHandling << 4);
}
