import {
  type ByteRange,
  IN_ONE_PIECE,
  PacketType,
  PacketWriter,
  type QoS,
  variableByteIntegerLength,
} from "../../codec/index.ts";
import type { Outbox } from "../../connection/index.ts";
import type { Message } from "../../delivery/index.ts";

const ARENA_SIZE = 64 * 1024;
/** Larger payloads are referenced instead of copied. */
const COPY_LIMIT = 16 * 1024;

const LONGEST_FIXED_HEADER = 5;
const MESSAGE_EXPIRY_INTERVAL = 0x02;
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const TOPIC_ALIAS = 0x23;

export const NO_IDENTIFIERS: readonly number[] = [];

/**
 * An outgoing PUBLISH, composed from ranges of the one that came in: head, topic or alias, packet id, properties,
 * payload. Where nothing changes that is the whole frame as it arrived, and it is not even copied.
 *
 * There is one per broker: set its form with `of`, refine it, then `share` or `sendTo`.
 */
export class OutgoingPublish {
  dup = false;
  packetId = 0;
  /** Topic alias to send, 0 for none; `withTopic` is false where the receiver knows the alias already. */
  alias = 0;
  withTopic = true;
  /**
   * Set for the last subscriber of a message: the frame that came in is not needed any more, so that its packet id and
   * flags may be overwritten where they lie.
   */
  isLast = false;
  private message!: Message;
  private version5 = false;
  private qos: QoS = 0;
  private retain = false;
  private identifiers = NO_IDENTIFIERS;
  private expiry = -1;

  /** The last shared frame, which goes on in `sharedRest`, and the form it was made for. */
  private sharedBytes: Buffer = Buffer.alloc(0);
  private sharedFrom = 0;
  private sharedTo = 0;
  private sharedRest = IN_ONE_PIECE;
  private sharedMessage: Message | undefined;
  private sharedVersion5 = false;
  private sharedRetain = false;
  private sharedIdentifiers = NO_IDENTIFIERS;
  /** One per dialect, so that what subscribers of one kind get lies in one run. Never written twice: outboxes refer to it. */
  private readonly arenas = [new PacketWriter(ARENA_SIZE), new PacketWriter(ARENA_SIZE)];

  /** Another message begins, perhaps in the same object: what was composed for the last one is not shared any more. */
  begin(): void {
    this.sharedMessage = undefined;
    this.isLast = false;
  }

  /** Sets the form in which a subscriber gets the message. `expiry`: the interval to send in seconds, -1 for none. */
  of(
    message: Message,
    version5: boolean,
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[],
    expiry: number,
  ): void {
    this.message = message;
    this.version5 = version5;
    this.qos = qos;
    this.retain = retain;
    this.identifiers = identifiers;
    this.expiry = expiry;
    this.dup = false;
    this.packetId = 0;
    this.alias = 0;
    this.withTopic = true;
  }

  /** Bytes of the whole packet, for the Maximum Packet Size of its receiver [MQTT-3.1.2-24]. */
  size(): number {
    if (this.isUnchanged()) {
      return this.message.size;
    }
    const remaining = this.remainingLength();
    return 1 + variableByteIntegerLength(remaining) + remaining;
  }

  /** Sends a QoS 0 message as a frame that all subscribers of the same form share. */
  shareWith(outbox: Outbox): void {
    if (
      this.message !== this.sharedMessage ||
      this.version5 !== this.sharedVersion5 ||
      this.retain !== this.sharedRetain ||
      this.identifiers !== this.sharedIdentifiers
    ) {
      this.compose();
    }
    outbox.sendRange(this.sharedBytes, this.sharedFrom, this.sharedTo);
    sendRanges(outbox, this.sharedRest);
  }

  /** Sends the message as a frame of its receiver's own: one with a packet id or an alias. */
  sendTo(outbox: Outbox): void {
    const frame = this.message.frame;
    if (this.isUnchanged()) {
      // Others may share a frame of QoS 0 as it lies there.
      if (this.isLast && this.qos > 0) {
        this.patch(frame.bytes, frame.start);
        outbox.sendRange(frame.bytes, frame.start, frame.end);
        sendRanges(outbox, frame.rest);
        return;
      }
      if (frame.size <= COPY_LIMIT) {
        const writer = outbox.open();
        const start = writer.position;
        writer.raw(frame.bytes, frame.start, frame.end);
        this.patch(writer.bytes, start);
        return;
      }
    }
    const writer = outbox.open();
    this.writeHead(writer, this.remainingLength());
    if (frame.payloadLength <= COPY_LIMIT) {
      this.writePayload(writer);
    } else {
      sendRanges(outbox, this.payloadRanges());
    }
  }

  /** Turns a copy of the incoming frame, or the frame itself, into the outgoing one. */
  private patch(bytes: Buffer, start: number): void {
    const frame = this.message.frame;
    bytes[start] = this.firstByte();
    if (this.qos > 0) {
      const at = start + frame.topicEnd - frame.start;
      bytes[at] = this.packetId >>> 8;
      bytes[at + 1] = this.packetId;
    }
  }

  private compose(): void {
    this.sharedMessage = this.message;
    this.sharedVersion5 = this.version5;
    this.sharedRetain = this.retain;
    this.sharedIdentifiers = this.identifiers;
    const frame = this.message.frame;
    if (this.isUnchanged() && frame.retain === this.retain && !frame.dup) {
      this.sharedBytes = frame.bytes;
      this.sharedFrom = frame.start;
      this.sharedTo = frame.end;
      this.sharedRest = frame.rest;
      return;
    }
    const isCopied = frame.payloadLength <= COPY_LIMIT;
    const remaining = this.remainingLength();
    const arena = this.arena(LONGEST_FIXED_HEADER + remaining - (isCopied ? 0 : frame.payloadLength));
    this.sharedFrom = arena.position;
    this.writeHead(arena, remaining);
    if (isCopied) {
      this.writePayload(arena);
    }
    this.sharedBytes = arena.bytes;
    this.sharedTo = arena.position;
    this.sharedRest = isCopied ? IN_ONE_PIECE : this.payloadRanges();
  }

  private writePayload(writer: PacketWriter): void {
    const { bytes, payloadStart, end, rest } = this.message.frame;
    writer.raw(bytes, payloadStart, end);
    for (let index = 0; index < rest.length; index += 1) {
      const part = rest[index] as ByteRange;
      writer.raw(part.bytes, part.from, part.to);
    }
  }

  private payloadRanges(): readonly ByteRange[] {
    const { bytes, payloadStart, end, rest } = this.message.frame;
    return payloadStart === end ? rest : [{ bytes, from: payloadStart, to: end }, ...rest];
  }

  private arena(size: number): PacketWriter {
    const index = this.version5 ? 1 : 0;
    const arena = this.arenas[index] as PacketWriter;
    if (arena.position + size <= arena.bytes.length) {
      return arena;
    }
    const fresh = new PacketWriter(Math.max(ARENA_SIZE, size));
    this.arenas[index] = fresh;
    return fresh;
  }

  /** True when topic, properties and payload stay as they came in, and the packet id keeps its place. */
  private isUnchanged(): boolean {
    const frame = this.message.frame;
    return (
      (frame.version === 5) === this.version5 &&
      frame.qos > 0 === this.qos > 0 &&
      frame.topicAlias === 0 &&
      this.alias === 0 &&
      this.identifiers.length === 0 &&
      this.expiry === frame.messageExpiryInterval
    );
  }

  private firstByte(): number {
    return (PacketType.PUBLISH << 4) | (this.dup ? 8 : 0) | (this.qos << 1) | (this.retain ? 1 : 0);
  }

  private propertiesLength(): number {
    const frame = this.message.frame;
    let length = frame.propertiesEnd - frame.propertiesStart;
    if (frame.topicAlias !== 0) {
      length -= 3;
    }
    if (frame.messageExpiryInterval !== -1) {
      length -= 5;
    }
    if (this.expiry !== -1) {
      length += 5;
    }
    if (this.alias !== 0) {
      length += 3;
    }
    for (const identifier of this.identifiers) {
      length += 1 + variableByteIntegerLength(identifier);
    }
    return length;
  }

  private remainingLength(): number {
    const message = this.message;
    let length = 2 + message.payloadLength;
    if (this.withTopic) {
      length += message.topicEnd - message.topicStart;
    }
    if (this.qos > 0) {
      length += 2;
    }
    if (this.version5) {
      const properties = this.propertiesLength();
      length += variableByteIntegerLength(properties) + properties;
    }
    return length;
  }

  /** Everything before the payload. */
  private writeHead(writer: PacketWriter, remaining: number): void {
    const message = this.message;
    writer.reserve(LONGEST_FIXED_HEADER + remaining - message.payloadLength);
    writer.fixedHeader(this.firstByte(), remaining);
    if (this.withTopic) {
      writer.encodedUtf8(message.topicBytes, message.topicStart, message.topicEnd);
    } else {
      writer.uint16(0);
    }
    if (this.qos > 0) {
      writer.uint16(this.packetId);
    }
    if (this.version5) {
      this.writeProperties(writer);
    }
  }

  private writeProperties(writer: PacketWriter): void {
    const length = this.propertiesLength();
    writer.varint(length);
    if (length === 0) {
      return;
    }
    if (this.expiry !== -1) {
      writer.uint8(MESSAGE_EXPIRY_INTERVAL);
      writer.uint32(this.expiry);
    }
    if (this.alias !== 0) {
      writer.uint8(TOPIC_ALIAS);
      writer.uint16(this.alias);
    }
    for (const identifier of this.identifiers) {
      writer.uint8(SUBSCRIPTION_IDENTIFIER);
      writer.varint(identifier);
    }
    // All other properties go on as they are [MQTT-3.3.2-4]; the publisher's alias and expiry are cut out of them.
    const { bytes, propertiesStart, propertiesEnd, topicAliasStart, messageExpiryStart } = this.message.frame;
    const first = Math.min(cut(topicAliasStart, propertiesEnd), cut(messageExpiryStart, propertiesEnd));
    const second = Math.max(cut(topicAliasStart, propertiesEnd), cut(messageExpiryStart, propertiesEnd));
    writer.raw(bytes, propertiesStart, first);
    if (first < propertiesEnd) {
      const afterFirst = first + (first === topicAliasStart ? 3 : 5);
      writer.raw(bytes, afterFirst, second);
      if (second < propertiesEnd) {
        writer.raw(bytes, second + (second === topicAliasStart ? 3 : 5), propertiesEnd);
      }
    }
  }
}

function sendRanges(outbox: Outbox, ranges: readonly ByteRange[]): void {
  for (let index = 0; index < ranges.length; index += 1) {
    const { bytes, from, to } = ranges[index] as ByteRange;
    outbox.sendRange(bytes, from, to);
  }
}

function cut(start: number, end: number): number {
  return start === -1 ? end : start;
}
