import { encodePacketInto, type Packet, type PacketWriter, type ProtocolVersion } from "../codec/index.ts";
import type { ByteStream } from "../transport/index.ts";
import { flushAtEndOfTurn } from "./end-of-turn.ts";
import { borrowWriter, giveBack } from "./writer-pool.ts";

/** Runs up to this size are copied behind what already waits: cheaper than a gathered write. Larger ones are referenced. */
const COPY_LIMIT = 16 * 1024;
/** A turn that has collected this much hands it over at once instead of waiting for its end; 64 KiB messages took a third more CPU at 256 KiB. */
const FLUSH_AT = 1024 * 1024;
/** The same for what had to be copied: larger buffers are slower to fill. */
const COPIED_AT = 256 * 1024;
/** One write: a larger one would hide for long whether a slow peer makes progress. */
const WRITE = 256 * 1024;
/** To a peer that is behind, this much at a time, for the same reason. */
const SLICE = 64 * 1024;
/** Of who has nothing collected. */
const NO_PARTS = Object.freeze<Uint8Array[]>([]) as Uint8Array[];

/** Whose outbox it is. */
export interface OutboxOwner {
  /** A peer that was behind has taken everything. */
  onDrain(): void;
}

/**
 * What one connection has to send.
 *
 * Frames are appended and leave together at the end of the turn. A range of foreign bytes (`sendRange`) that continues
 * where the previous one ended only moves an end mark: a run of PUBLISH frames that is forwarded as it came costs one
 * comparison per message, however many subscribers share it.
 */
export class Outbox {
  /** Bytes handed over so far. */
  written = 0;
  private readonly stream: ByteStream;
  private readonly owner: OutboxOwner;
  /** Ranges and large payloads that go out before the content of `writer`. */
  private parts = NO_PARTS;
  private partsLength = 0;
  private writer: PacketWriter | undefined;
  /** The run of foreign bytes behind the content of `writer`, still growing. */
  private runBytes: Buffer | undefined;
  private runFrom = 0;
  private runTo = 0;
  private isTouched = false;
  private isClosed = false;
  /** Set once the last frame is in: the stream is ended as soon as everything has been handed over. */
  private isEnding = false;
  /** What the network has not taken yet: bytes referenced by the stream, and the writer they lie in. */
  private handedOver = 0;
  private writing: PacketWriter | undefined;

  constructor(stream: ByteStream, owner: OutboxOwner) {
    this.stream = stream;
    this.owner = owner;
    stream.onDrain = () => this.drained();
  }

  /** Bytes that the network has not taken yet. */
  get pending(): number {
    return this.handedOver + this.partsLength + (this.writer?.position ?? 0) + (this.runTo - this.runFrom);
  }

  /** True while the network still works on an earlier write: everything else waits behind it. */
  get isBehind(): boolean {
    return this.handedOver > 0;
  }

  /** Enough was collected, and it can be handed over. */
  private get isFull(): boolean {
    const copied = this.writer?.position ?? 0;
    return (copied >= COPIED_AT || this.partsLength + copied >= FLUSH_AT) && !this.isBehind;
  }

  /** Appends one packet. Throws a ProtocolError for values that the version cannot express; then nothing is sent. */
  send(packet: Packet, version: ProtocolVersion): void {
    encodePacketInto(this.open(), packet, version);
  }

  /** Appends a PUBACK, PUBREC, PUBREL or PUBCOMP without reason: `firstByte`, length 2, packet id. */
  sendAck(firstByte: number, packetId: number): void {
    const writer = this.open();
    writer.reserve(4);
    writer.uint8(firstByte);
    writer.uint8(2);
    writer.uint16(packetId);
  }

  /** Appends whole frames that lie in `bytes[from, to)`, which must not change any more. */
  sendRange(bytes: Buffer, from: number, to: number): void {
    if (bytes === this.runBytes && from === this.runTo) {
      this.runTo = to;
      return;
    }
    this.closeRun();
    if (this.isFull) {
      this.flush();
    }
    this.runBytes = bytes;
    this.runFrom = from;
    this.runTo = to;
    this.touch();
  }

  /** The writer at which the next frame is to be composed. Valid until the next call of any method. */
  open(): PacketWriter {
    this.closeRun();
    if (this.isFull) {
      this.flush();
    }
    if (this.writer === undefined) {
      this.touch();
      this.writer = borrowWriter();
    }
    return this.writer;
  }

  /** Hands over what has been collected, unless an earlier write is still under way. */
  flush(): void {
    this.isTouched = false;
    if (this.isClosed || this.isBehind) {
      return;
    }
    if (this.partsLength > 0 && this.pending > WRITE) {
      this.flushSlices(WRITE);
      return;
    }
    const run = this.takeRun();
    let writer = this.writer;
    this.writer = undefined;
    if (writer !== undefined && writer.position === 0) {
      giveBack(writer);
      writer = undefined;
    }
    if (this.partsLength === 0) {
      if (writer === undefined) {
        if (run !== undefined) {
          this.wrote(this.stream.write(run), run.length, undefined);
        }
        return;
      }
      const content = writer.bytes.subarray(0, writer.position);
      if (run === undefined) {
        this.wrote(this.stream.write(content), content.length, writer);
      } else {
        this.wrote(this.stream.writeAll([content, run]), content.length + run.length, writer);
      }
      return;
    }
    const parts = this.parts;
    this.parts = NO_PARTS;
    this.partsLength = 0;
    if (writer !== undefined) {
      parts.push(writer.bytes.subarray(0, writer.position));
    }
    if (run !== undefined) {
      parts.push(run);
    }
    let length = 0;
    for (const part of parts) {
      length += part.length;
    }
    this.wrote(this.stream.writeAll(parts), length, writer);
  }

  /** Hands over everything, however long the network takes for it, and ends the stream behind it. */
  end(): void {
    this.isEnding = true;
    this.flush();
    if (!this.isBehind) {
      this.stream.end();
    }
  }

  /** Forgets what was not handed over; nothing is sent any more. */
  close(): void {
    this.isClosed = true;
    this.parts = NO_PARTS;
    this.partsLength = 0;
    this.writer = undefined;
    this.writing = undefined;
    this.runBytes = undefined;
    this.runFrom = 0;
    this.runTo = 0;
    this.handedOver = 0;
  }

  private wrote(taken: boolean, length: number, writer: PacketWriter | undefined): void {
    this.written += length;
    if (taken) {
      if (writer !== undefined) {
        giveBack(writer);
      }
    } else {
      this.handedOver = length;
      this.writing = writer;
    }
  }

  private drained(): void {
    if (this.isClosed) {
      return;
    }
    this.handedOver = 0;
    if (this.writing !== undefined) {
      giveBack(this.writing);
      this.writing = undefined;
    }
    if (this.pending > 0) {
      this.flushSlices(SLICE);
    }
    if (this.isEnding && this.pending === this.handedOver) {
      this.stream.end();
    }
    this.owner.onDrain();
  }

  /** Hands over so much at a time, as long as the network takes it at once. */
  private flushSlices(size: number): void {
    while (this.pending > size && !this.isBehind) {
      this.flushSlice(size);
    }
    this.flush();
  }

  private flushSlice(size: number): void {
    this.closeRun(true);
    this.moveWriterToParts();
    let length = 0;
    let count = 0;
    for (const part of this.parts) {
      if (count > 0 && length + part.length > size) {
        break;
      }
      length += part.length;
      count += 1;
    }
    const parts = this.parts.splice(0, count);
    const last = parts.at(-1);
    if (last !== undefined && last.length > size) {
      parts[parts.length - 1] = last.subarray(0, size);
      this.parts.unshift(last.subarray(size));
      length -= last.length - size;
    }
    this.partsLength -= length;
    this.wrote(this.stream.writeAll(parts), length, undefined);
  }

  private touch(): void {
    if (this.isTouched || this.isClosed) {
      return;
    }
    this.isTouched = true;
    flushAtEndOfTurn(this);
  }

  private takeRun(): Uint8Array | undefined {
    if (this.runBytes === undefined) {
      return undefined;
    }
    const length = this.runTo - this.runFrom;
    if (this.writer !== undefined && length <= COPY_LIMIT) {
      this.closeRun();
      return undefined;
    }
    const run = this.runBytes.subarray(this.runFrom, this.runTo);
    this.forgetRun();
    return run;
  }

  /** Ends the growing run: small ones are copied into the writer, large ones become a part of their own. */
  private closeRun(reference = false): void {
    const bytes = this.runBytes;
    if (bytes === undefined) {
      return;
    }
    const from = this.runFrom;
    const to = this.runTo;
    this.forgetRun();
    if (to - from <= COPY_LIMIT && !reference) {
      this.writer ??= borrowWriter();
      this.writer.raw(bytes, from, to);
      return;
    }
    this.moveWriterToParts();
    this.addPart(bytes.subarray(from, to));
  }

  private addPart(part: Uint8Array): void {
    if (this.parts === NO_PARTS) {
      this.parts = [];
    }
    this.parts.push(part);
    this.partsLength += part.length;
  }

  private forgetRun(): void {
    this.runBytes = undefined;
    this.runFrom = 0;
    this.runTo = 0;
  }

  private moveWriterToParts(): void {
    const writer = this.writer;
    if (writer !== undefined && writer.position > 0) {
      this.addPart(writer.bytes.subarray(0, writer.position));
      this.writer = undefined;
    }
  }
}
