import { readProperties, scanValue } from "./decode-properties.ts";
import { malformed, type ProtocolError, violation } from "./errors.ts";
import { PacketType, type QoS, type Sender } from "./packet.ts";
import { PacketReader } from "./packet-reader.ts";
import { misplaced, NO_PROPERTIES, type PropertyKey, type PublishProperties, propertyOf } from "./properties.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import type { PublishPacket } from "./publish.ts";
import { ReasonCode } from "./reason-code.ts";
import { checkTopicName } from "./topic-characters.ts";
import { decodeUtf8 } from "./utf8.ts";

const NOTHING = Buffer.alloc(0);
const NO_INTERVAL = -1;
const NOWHERE = -1;
const { PUBLISH } = PacketType;

/** Bytes that lie in `bytes[from, to)`. */
export interface ByteRange {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Of a frame that lies in one piece, as most do: not frozen, and walked by index, because all else costs a fifth of a small message. */
export const IN_ONE_PIECE: readonly ByteRange[] = [];

/** Properties are checked one frame at a time, so one cursor serves all frames. */
const scanner = new PacketReader();

/**
 * A PUBLISH as a view over the bytes that arrived: where the topic, the packet id, the properties and the payload lie.
 *
 * A parser has one and points it at every PUBLISH, so it is valid during the callback only; `copy` makes one that lasts. The bytes
 * themselves are never written again and may be referenced for longer. Flags, packet id and properties have been checked. The topic has
 * not, apart from not being missing: who sees many messages checks each distinct topic once.
 */
export class PublishFrame {
  /** The frame lies in `bytes[start, end)`, and where it arrived in several large pieces, its payload goes on in `rest`. */
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;
  rest = IN_ONE_PIECE;
  /** Bytes of the whole frame. */
  size = 0;
  version: ProtocolVersion = ProtocolVersion.V3_1_1;
  dup = false;
  qos: QoS = 0;
  retain = false;
  topicStart = 0;
  /** Equal to `topicStart` where only a topic alias names the topic. */
  topicEnd = 0;
  /** 0 for QoS 0. */
  packetId = 0;
  /** The property bytes without their length; equal where there are none. */
  propertiesStart = 0;
  propertiesEnd = 0;
  /** The payload is `bytes[payloadStart, end)`, and `rest`. */
  payloadStart = 0;
  /** 0 where there is none. */
  topicAlias = 0;
  /** Where the identifier of the topic alias lies, which takes three bytes from there; -1 where there is none. */
  topicAliasStart = NOWHERE;
  /** In seconds; -1 where there is none. */
  messageExpiryInterval = NO_INTERVAL;
  /** Where the identifier of the message expiry interval lies, which takes five bytes from there; -1 where there is none. */
  messageExpiryStart = NOWHERE;
  payloadFormatIndicator: 0 | 1 = 0;
  /** Servers only. */
  hasSubscriptionIdentifiers = false;
  userPropertyCount = 0;
  /** With their identifiers. */
  userPropertyBytes = 0;

  /** A frame of its own over `bytes`, which hold exactly one PUBLISH: what `encodePacket` made of one. */
  static from(bytes: Buffer, version: ProtocolVersion): PublishFrame {
    const frame = new PublishFrame();
    let body = 1;
    while (bytes[body]! > 0x7f) body += 1;
    frame.read(bytes, 0, body + 1, bytes.length, version, "server");
    return frame;
  }

  /**
   * Points at the frame in `bytes[start, end)`, whose body begins at `body`; `rest`: where its payload goes on.
   * Throws a ProtocolError where it is not a valid PUBLISH.
   */
  read(
    bytes: Buffer,
    start: number,
    body: number,
    end: number,
    version: ProtocolVersion,
    sender: Sender,
    rest = IN_ONE_PIECE,
  ): void {
    const flags = bytes[start]!;
    const qos = (flags >> 1) & 3;
    const dup = (flags & 8) !== 0;
    const topicStart = body + 2;
    if (topicStart > end) throw tooShort();
    const topicEnd = topicStart + ((bytes[body]! << 8) | bytes[body + 1]!);
    let position = topicEnd;
    let packetId = 0;
    if (qos === 0) {
      if (dup) throw malformed(PUBLISH, "DUP with QoS 0"); // [MQTT-3.3.1-2]
    } else {
      if (qos === 3) throw malformed(PUBLISH, "QoS 3"); // [MQTT-3.3.1-4]
      position += 2;
      if (position > end) throw tooShort();
      packetId = (bytes[topicEnd]! << 8) | bytes[topicEnd + 1]!;
      if (packetId === 0) throw malformed(PUBLISH, "packet identifier 0"); // [MQTT-2.2.1-3]
    }
    if (position > end) throw tooShort();
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.rest = rest;
    this.size = end - start + (rest === IN_ONE_PIECE ? 0 : lengthOf(rest));
    this.version = version;
    this.dup = dup;
    this.qos = qos as QoS;
    this.retain = (flags & 1) !== 0;
    this.topicStart = topicStart;
    this.topicEnd = topicEnd;
    this.packetId = packetId;
    this.topicAlias = 0;
    this.topicAliasStart = NOWHERE;
    this.messageExpiryInterval = NO_INTERVAL;
    this.messageExpiryStart = NOWHERE;
    this.payloadFormatIndicator = 0;
    this.hasSubscriptionIdentifiers = false;
    this.userPropertyCount = 0;
    this.userPropertyBytes = 0;
    if (version === ProtocolVersion.V5_0) {
      position = this.scanProperties(position, sender);
    } else {
      this.propertiesStart = position;
      this.propertiesEnd = position;
    }
    this.payloadStart = position;
    if (topicStart === topicEnd && this.topicAlias === 0) throw nameless(version);
  }

  /** Throws where the topic is not well-formed; then it is not said with other characters instead. */
  get topic(): string {
    const topic = decodeUtf8(this.bytes, this.topicStart, this.topicEnd);
    if (topic === undefined) throw malformed(PUBLISH, "ill-formed UTF-8 or a null character in the topic");
    return topic;
  }

  /** A view, and a copy only where it came in several pieces. */
  get payload(): Buffer {
    const first = this.bytes.subarray(this.payloadStart, this.end);
    return this.rest === IN_ONE_PIECE ? first : Buffer.concat([first, ...this.rest.map(viewOf)]);
  }

  get payloadLength(): number {
    return this.size - (this.payloadStart - this.start);
  }

  /** Lets go of the bytes. */
  close(): void {
    this.bytes = NOTHING;
    this.rest = IN_ONE_PIECE;
  }

  decodeProperties(): PublishProperties {
    if (this.propertiesStart === this.propertiesEnd) return NO_PROPERTIES;
    return readProperties(
      new PacketReader().open(PUBLISH, this.bytes, this.propertiesStart, this.propertiesEnd),
      "PUBLISH",
    );
  }

  /** The same as a packet; its payload is a view. Throws where the topic is no topic name. */
  decode(): PublishPacket {
    const topic = this.topic;
    if (topic !== "") checkTopicName(PUBLISH, "topic", topic);
    return {
      type: PUBLISH,
      dup: this.dup,
      qos: this.qos,
      retain: this.retain,
      topic,
      packetId: this.qos === 0 ? undefined : this.packetId,
      properties: this.decodeProperties(),
      payload: this.payload,
    };
  }

  /** A twin over bytes of its own, which hold this frame and nothing else. */
  copy(): PublishFrame {
    const { start } = this;
    const twin = new PublishFrame();
    const bytes = Buffer.allocUnsafe(this.size);
    let length = this.bytes.copy(bytes, 0, start, this.end);
    for (const part of this.rest) length += part.bytes.copy(bytes, length, part.from, part.to);
    twin.bytes = bytes;
    twin.start = 0;
    twin.end = length;
    twin.size = length;
    twin.version = this.version;
    twin.dup = this.dup;
    twin.qos = this.qos;
    twin.retain = this.retain;
    twin.topicStart = this.topicStart - start;
    twin.topicEnd = this.topicEnd - start;
    twin.packetId = this.packetId;
    twin.propertiesStart = this.propertiesStart - start;
    twin.propertiesEnd = this.propertiesEnd - start;
    twin.payloadStart = this.payloadStart - start;
    twin.topicAlias = this.topicAlias;
    twin.topicAliasStart = this.topicAliasStart === NOWHERE ? NOWHERE : this.topicAliasStart - start;
    twin.messageExpiryInterval = this.messageExpiryInterval;
    twin.messageExpiryStart = this.messageExpiryStart === NOWHERE ? NOWHERE : this.messageExpiryStart - start;
    twin.payloadFormatIndicator = this.payloadFormatIndicator;
    twin.hasSubscriptionIdentifiers = this.hasSubscriptionIdentifiers;
    twin.userPropertyCount = this.userPropertyCount;
    twin.userPropertyBytes = this.userPropertyBytes;
    return twin;
  }

  /** Reads the property length at `position` and checks the properties where they lie. Answers where the payload begins. */
  private scanProperties(position: number, sender: Sender): number {
    if (this.bytes[position] === 0 && position < this.end) {
      this.propertiesStart = position + 1;
      this.propertiesEnd = position + 1;
      return position + 1;
    }
    scanner.open(PUBLISH, this.bytes, position, this.end);
    scanner.enter(scanner.varint());
    this.propertiesStart = scanner.position;
    this.propertiesEnd = scanner.end;
    let seen = 0;
    while (scanner.remaining > 0) {
      const start = scanner.position;
      const id = scanner.varint();
      const property = propertyOf("PUBLISH", id);
      if (property === undefined) throw malformed(PUBLISH, misplaced(id));
      if ((seen & property.bit) !== 0 && !property.repeatable) throw violation(PUBLISH, `${property.key} twice`);
      seen |= property.bit;
      this.note(property.key, start, scanValue(scanner, property));
    }
    scanner.close();
    // [MQTT-3.3.4-6]
    if (this.hasSubscriptionIdentifiers && sender === "client") {
      throw violation(PUBLISH, "subscription identifier from a client");
    }
    return this.propertiesEnd;
  }

  private note(key: PropertyKey, start: number, value: number): void {
    switch (key) {
      case "topicAlias":
        this.topicAlias = value;
        this.topicAliasStart = start;
        break;
      case "messageExpiryInterval":
        this.messageExpiryInterval = value;
        this.messageExpiryStart = start;
        break;
      case "payloadFormatIndicator":
        this.payloadFormatIndicator = value as 0 | 1;
        break;
      case "subscriptionIdentifiers":
        this.hasSubscriptionIdentifiers = true;
        break;
      case "userProperties":
        this.userPropertyCount += 1;
        this.userPropertyBytes += scanner.position - start;
        break;
    }
  }
}

/** Whether everything before the payload of the PUBLISH that begins at `start` has arrived, which is up to `end`. */
export function isHeadComplete(bytes: Buffer, start: number, end: number, version: ProtocolVersion): boolean {
  let position = start + 1;
  while (position < end && bytes[position]! > 0x7f) position += 1;
  const topic = position + 1;
  if (topic + 2 > end) return false;
  position = topic + 2 + ((bytes[topic]! << 8) | bytes[topic + 1]!);
  if (((bytes[start]! >> 1) & 3) > 0) position += 2;
  if (version === ProtocolVersion.V5_0) {
    let length = 0;
    let shift = 0;
    let byte = 0x80;
    while (byte > 0x7f) {
      if (position >= end || shift > 21) return false;
      byte = bytes[position++]!;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    }
    position += length;
  }
  return position <= end;
}

function lengthOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((length, { from, to }) => length + to - from, 0);
}

function viewOf({ bytes, from, to }: ByteRange): Buffer {
  return bytes.subarray(from, to);
}

/** Section 3.3.2.1; before 5.0 [MQTT-4.7.3-1]. */
function nameless(version: ProtocolVersion): ProtocolError {
  if (version === ProtocolVersion.V5_0) return violation(PUBLISH, "neither topic nor topic alias");
  return violation(PUBLISH, "empty topic", ReasonCode.TOPIC_NAME_INVALID);
}

function tooShort(): ProtocolError {
  return malformed(PUBLISH, "ends too early");
}
