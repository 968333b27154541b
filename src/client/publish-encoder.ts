import {
  encodeProperties,
  NO_PROPERTIES,
  PacketType,
  PacketWriter,
  ProtocolVersion,
  type PublishProperties,
  type QoS,
  variableByteIntegerLength,
} from "../codec/index.ts";
import { OutgoingAliases } from "../connection/index.ts";
import { UsageError } from "../errors.ts";
import { asUsageError } from "./errors.ts";
import type { MessageEnvelope } from "./options.ts";
import type { ServerLimits } from "./server-limits.ts";
import { TopicBytes } from "./topic-bytes.ts";

const PUBLISH = PacketType.PUBLISH << 4;
const RETAIN = 0x01;
const TOPIC_ALIAS = 0x23;
const TOPIC_ALIAS_LENGTH = 3;
/** A topic that its alias stands for: length 0. */
const NO_TOPIC = Buffer.alloc(2);
/** An alias saves something only on topics longer than itself. */
const WORTH_AN_ALIAS = 2 + TOPIC_ALIAS_LENGTH;
const NOTHING = new Uint8Array(0);

/** What is known about a PUBLISH before it has a packet id. */
export interface Preparation {
  /** With its length in front. */
  topic: Buffer;
  /** Encoded, without their length. */
  properties: Uint8Array;
  payloadLength: number;
  /** Bytes of the whole frame with its topic, and without alias. */
  length: number;
}

/**
 * Writes PUBLISH frames from their parts: encoding a packet object would cost four times as much.
 * Topic aliases are given to the first topics of a connection, as many as the server takes.
 */
export class PublishEncoder {
  private readonly hasProperties: boolean;
  private readonly topics = new TopicBytes();
  private readonly propertyWriter = new PacketWriter(256);
  private aliases: OutgoingAliases<Buffer> | undefined;
  private maximumPacketSize = 0;
  /** One for all messages: valid until the next `prepare`. */
  private readonly preparation: Preparation = { topic: NO_TOPIC, properties: NOTHING, payloadLength: 0, length: 0 };

  constructor(version: ProtocolVersion) {
    this.hasProperties = version === ProtocolVersion.V5_0;
  }

  /** A new Network Connection: aliases of the last one mean nothing on it. */
  connect({ topicAliasMaximum, maximumPacketSize }: ServerLimits): void {
    this.maximumPacketSize = maximumPacketSize;
    this.aliases = topicAliasMaximum > 0 ? new OutgoingAliases(topicAliasMaximum) : undefined;
  }

  /** Throws UsageError for a message that no server could take. */
  prepare(message: MessageEnvelope, payloadLength: number): Preparation {
    const preparation = this.preparation;
    const { properties } = message;
    preparation.topic = this.topics.of(message.topic);
    preparation.properties =
      properties === undefined || properties === NO_PROPERTIES || !this.hasProperties
        ? NOTHING
        : this.encodeProperties(properties);
    preparation.payloadLength = payloadLength;
    const remaining = this.remainingLength(message.qos, preparation, preparation.topic, 0);
    preparation.length = 1 + variableByteIntegerLength(remaining) + remaining;
    return preparation;
  }

  /** Everything up to the payload, with the full topic: to be kept, since an alias means nothing on the next connection. */
  writeHead(writer: PacketWriter, message: MessageEnvelope, preparation: Preparation, packetId: number): void {
    this.writeParts(writer, message, preparation, preparation.topic, packetId, 0);
  }

  /** Everything up to the payload; with an alias in place of the topic where the server has one. */
  writeHeadForWire(writer: PacketWriter, message: MessageEnvelope, preparation: Preparation, packetId: number): void {
    const { topic } = preparation;
    if (this.aliases === undefined || topic.length <= WORTH_AN_ALIAS) {
      this.writeParts(writer, message, preparation, topic, packetId, 0);
      return;
    }
    const known = this.aliases.known(topic);
    if (known > 0) {
      this.writeParts(writer, message, preparation, NO_TOPIC, packetId, known);
    } else {
      const isTooLarge = preparation.length + TOPIC_ALIAS_LENGTH + 1 > this.maximumPacketSize;
      this.writeParts(writer, message, preparation, topic, packetId, isTooLarge ? 0 : this.aliases.assign(topic));
    }
  }

  /** True when frames on the wire may differ from those that are kept. */
  get usesAliases(): boolean {
    return this.aliases !== undefined;
  }

  private writeParts(
    writer: PacketWriter,
    { qos, retain }: MessageEnvelope,
    preparation: Preparation,
    topic: Buffer,
    packetId: number,
    alias: number,
  ): void {
    const { properties } = preparation;
    writer.uint8(PUBLISH | (qos << 1) | (retain ? RETAIN : 0));
    writer.varint(this.remainingLength(qos, preparation, topic, alias));
    writer.raw(topic);
    if (qos !== 0) writer.uint16(packetId);
    if (!this.hasProperties) return;
    if (alias === 0) {
      writer.varint(properties.length);
    } else {
      writer.varint(properties.length + TOPIC_ALIAS_LENGTH);
      writer.uint8(TOPIC_ALIAS);
      writer.uint16(alias);
    }
    if (properties.length > 0) writer.raw(properties);
  }

  private remainingLength(qos: QoS, { properties, payloadLength }: Preparation, topic: Buffer, alias: number): number {
    const rest = topic.length + (qos === 0 ? 0 : 2) + payloadLength;
    if (!this.hasProperties) return rest;
    const propertiesLength = properties.length + (alias === 0 ? 0 : TOPIC_ALIAS_LENGTH);
    return rest + variableByteIntegerLength(propertiesLength) + propertiesLength;
  }

  private encodeProperties(properties: PublishProperties): Uint8Array {
    if (properties.topicAlias !== undefined) throw new UsageError("topic aliases are assigned by the client itself");
    if (properties.subscriptionIdentifiers !== undefined) {
      throw new UsageError("only servers send subscription identifiers with a message");
    }
    const writer = this.propertyWriter;
    writer.reset();
    asUsageError(() => encodeProperties(writer, "PUBLISH", properties));
    // Their length in front is not needed: an alias would change it.
    let start = 0;
    while ((writer.bytes[start] as number) > 0x7f) start += 1;
    return writer.bytes.subarray(start + 1, writer.position);
  }
}
