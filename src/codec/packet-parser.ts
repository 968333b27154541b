import { type Dialect, decodePacket, type PlainPacket } from "./decode.ts";
import { malformed, type ProtocolError, violation } from "./errors.ts";
import { checkFirstByte, notConnect } from "./fixed-header.ts";
import { PacketType, type Sender } from "./packet.ts";
import { PacketReader } from "./packet-reader.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { type ByteRange, IN_ONE_PIECE, isHeadComplete, PublishFrame } from "./publish-frame.ts";
import { ReasonCode } from "./reason-code.ts";

/** What a parser tells of the packets that it finds. */
export interface PacketHandler {
  /** A PUBLISH as a view, valid during the call. */
  onPublish(frame: PublishFrame): void;
  onPacket(packet: PlainPacket): void;
}

export interface ParserLimits {
  /** Which side we are. Only what the other side may send is accepted. */
  readonly role: "server" | "client";
  /** For clients, which know it from the start. Servers learn it from CONNECT. */
  readonly version?: ProtocolVersion;
  /** Bytes of a whole packet with its fixed header; larger ones are refused before any of their body is kept. */
  readonly maximumPacketSize: number;
}

export interface PacketParserOptions extends ParserLimits, PacketHandler {}

const NOTHING = Buffer.alloc(0);
/** The only byte that a connection may begin with. */
const CONNECT = PacketType.CONNECT << 4;
/** What a parser sees its bytes through. Lent while it parses: idle connections, which are most, own none. */
class Views {
  readonly frame = new PublishFrame();
  readonly reader = new PacketReader();
}

/** As many as were ever used inside of each other: where a callback makes another parser go on, two. */
const idleViews: Views[] = [];

/** Pieces of a packet that are smaller are copied behind each other; larger ones stay where they are, as long as that is possible. */
const LARGE_PIECE = 16 * 1024;
/** Smallest buffer for a packet that did not arrive in one piece. */
const SMALLEST_TAIL = 64;

/**
 * Chunks in, packets out, in the callbacks. A packet that lies whole in a chunk is read where it is; of one that does not, what has
 * arrived is copied and kept, except that servers, which hand payloads on, refer to large pieces of them (a message of 64 KiB took a
 * quarter less CPU). A chunk given to `push` must not be written again: frames, payloads and what is kept refer to it.
 */
export class PacketParser implements Dialect {
  /** Servers: set as soon as the version in a CONNECT has been read, even if the rest is refused; 3.1.1 until then. */
  version: ProtocolVersion;
  /** Servers: the Maximum Packet Size in a CONNECT that is refused, where it can be made out. */
  announcedPacketSize: number | undefined;
  /** May be changed at any time, also in a callback: it holds from the next packet on. */
  maximumPacketSize: number;
  /** The other side. */
  readonly sender: Sender;

  private readonly handler: PacketHandler;
  /** False until a CONNECT has come, where we are the server. */
  private isConnected: boolean;
  /** Paused or stopped: parsing ends behind the packet in hand. */
  private isHalted = false;
  private isStopped = false;
  private isBusy = false;
  /** The packet that is not complete yet: `tail[tailStart, tailStart + tailLength)` has arrived, and behind it `pieces`. */
  private tail: Buffer = NOTHING;
  private tailStart = 0;
  private tailLength = 0;
  private pieces: ByteRange[] | undefined;
  private piecesLength = 0;
  /** It came in pieces that are too small to be kept where they are. */
  private isCopied = false;
  /** Size of the packet in `tail`; 0 while its fixed header is not complete. */
  private tailSize = 0;
  /** Chunks, or what is left of them, that came while parsing was paused. */
  private waiting: Buffer[] | undefined;

  constructor(options: PacketParserOptions);
  /** For who is a handler: an object and two closures less for each connection. */
  constructor(options: ParserLimits, handler: PacketHandler);
  constructor(options: ParserLimits, handler = options as PacketParserOptions as PacketHandler) {
    this.handler = handler;
    this.sender = options.role === "server" ? "client" : "server";
    this.isConnected = options.role === "client";
    this.version = options.version ?? (options.role === "server" ? ProtocolVersion.V3_1_1 : ProtocolVersion.V5_0);
    this.maximumPacketSize = options.maximumPacketSize;
  }

  /**
   * Parses everything that is complete. Throws a ProtocolError for what the peer must not send, and passes on what a callback throws;
   * nothing is parsed any more after that.
   */
  push(chunk: Buffer): void {
    if (this.isStopped) return;
    if (this.isHalted || this.isBusy) {
      this.keep(chunk, "last");
      return;
    }
    this.run(chunk);
  }

  get isPaused(): boolean {
    return this.isHalted && !this.isStopped;
  }

  /** Stops after the packet in hand, usually from a callback, and keeps the rest. */
  pause(): void {
    this.isHalted = true;
  }

  /** Goes on with what was kept. Throws as `push` does. */
  resume(): void {
    if (this.isStopped || !this.isHalted) return;
    this.isHalted = false;
    if (!this.isBusy) this.run(undefined);
  }

  /** Nothing is parsed any more; what was kept is forgotten. */
  stop(): void {
    this.isStopped = true;
    this.isHalted = true;
    this.waiting = undefined;
    this.dropTail();
  }

  private run(first: Buffer | undefined): void {
    this.isBusy = true;
    const views = idleViews.pop() ?? new Views();
    try {
      let chunk = first ?? this.waiting?.shift();
      while (chunk !== undefined) {
        this.consume(chunk, views);
        chunk = this.isHalted ? undefined : this.waiting?.shift();
      }
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      this.isBusy = false;
      // Nobody must keep the last chunk of an idle connection alive.
      views.frame.close();
      views.reader.close();
      idleViews.push(views);
    }
  }

  private consume(chunk: Buffer, views: Views): void {
    let position = this.tailLength === 0 ? 0 : this.completeTail(chunk, views);
    if (!this.isHalted) position = this.parse(chunk, position, chunk.length, views);
    if (position === chunk.length || this.isStopped) return;
    if (this.isHalted) this.keep(chunk.subarray(position), "first");
    else this.addToTail(chunk, position, chunk.length);
  }

  private keep(chunk: Buffer, as: "first" | "last"): void {
    this.waiting ??= [];
    if (as === "first") this.waiting.unshift(chunk);
    else this.waiting.push(chunk);
  }

  /** Takes from the chunk what completes the packet in the tail, no byte more, and parses it. Answers how far it got. */
  private completeTail(chunk: Buffer, views: Views): number {
    let position = 0;
    while (position < chunk.length && this.tailLength > 0) {
      const missing = this.tailSize === 0 ? 1 : this.tailSize - this.tailLength - this.piecesLength;
      const end = Math.min(position + missing, chunk.length);
      this.addToTail(chunk, position, end);
      position = end;
      if (this.tailLength + this.piecesLength < this.tailSize) continue;
      const { tailStart } = this;
      if (this.parse(this.tail, tailStart, tailStart + this.tailLength, views) > tailStart) this.dropTail();
    }
    return position;
  }

  /** Keeps `chunk[from, to)`, which goes on where the tail ends. */
  private addToTail(chunk: Buffer, from: number, to: number): void {
    if (!this.mayRefer(to - from)) {
      this.joinPieces();
      this.appendToTail(chunk, from, to);
    } else if (this.tailLength === 0) {
      this.tail = chunk;
      this.tailStart = from;
      this.tailLength = to - from;
    } else {
      this.pieces ??= [];
      this.pieces.push({ bytes: chunk, from, to });
      this.piecesLength += to - from;
    }
  }

  /**
   * Whether the next piece, of this length, may stay where it is. Small ones must not: each would keep an object, and perhaps
   * a large chunk. The last one may, where all before it do, and only the payload comes in pieces.
   */
  private mayRefer(length: number): boolean {
    if (this.sender === "server" || this.isCopied) return false;
    if (this.tailLength === 0) return length >= LARGE_PIECE;
    const isLast = this.tailLength + this.piecesLength + length === this.tailSize;
    return (
      (length >= LARGE_PIECE || (isLast && this.tailLength + this.piecesLength >= LARGE_PIECE)) &&
      this.tail[this.tailStart]! >> 4 === PacketType.PUBLISH &&
      isHeadComplete(this.tail, this.tailStart, this.tailStart + this.tailLength, this.version)
    );
  }

  /** From here on, the packet is put together as it comes: whoever sends it in small pieces must not have it put together again and again. */
  private joinPieces(): void {
    const { pieces } = this;
    if (pieces === undefined) return;
    this.isCopied = true;
    this.pieces = undefined;
    this.piecesLength = 0;
    for (const { bytes, from, to } of pieces) this.appendToTail(bytes, from, to);
  }

  /** The tail grows with what arrives, never by what a header announces. */
  private appendToTail(chunk: Buffer, from: number, to: number): void {
    const length = this.tailLength + to - from;
    if (this.tailStart > 0 || length > this.tail.length) {
      const doubled = Math.max(2 * length, SMALLEST_TAIL);
      const larger = Buffer.allocUnsafe(this.tailSize === 0 ? doubled : Math.min(doubled, this.tailSize));
      this.tail.copy(larger, 0, this.tailStart, this.tailStart + this.tailLength);
      this.tail = larger;
      this.tailStart = 0;
    }
    chunk.copy(this.tail, this.tailLength, from, to);
    this.tailLength = length;
  }

  /** Frames that lay in the tail may still be referenced, so its bytes are never used again. */
  private dropTail(): void {
    this.tail = NOTHING;
    this.tailStart = 0;
    this.tailLength = 0;
    this.tailSize = 0;
    this.pieces = undefined;
    this.piecesLength = 0;
    this.isCopied = false;
  }

  /** Parses the packets that lie whole in `bytes[start, end)`, or in there and in `pieces`, until it is halted. Answers where the first one begins that was not parsed. */
  private parse(bytes: Buffer, start: number, end: number, { frame, reader }: Views): number {
    const { handler, piecesLength } = this;
    const rest = this.pieces ?? IN_ONE_PIECE;
    let position = start;
    while (position < end) {
      const first = bytes[position]!;
      const isPublish = first >> 4 === PacketType.PUBLISH;
      if (!isPublish || !this.isConnected) this.checkFirst(first);

      let body = position + 1;
      let length = 0;
      let shift = 0;
      let byte = 0x80;
      while (byte > 0x7f) {
        if (body === end) {
          this.tailSize = 0;
          return position;
        }
        byte = bytes[body++]!;
        length |= (byte & 0x7f) << shift;
        shift += 7;
        if (shift === 28 && byte > 0x7f) throw malformed(typeOf(first), "remaining length of more than four bytes");
      }
      const size = body - position + length;
      if (size > this.maximumPacketSize) throw this.tooLarge(first, size);
      const frameEnd = position + size - piecesLength;
      if (frameEnd > end) {
        this.tailSize = size;
        return position;
      }
      const isPadded = byte === 0 && shift > 7;
      if (isPublish) {
        if (isPadded) this.checkPadded(first);
        frame.read(bytes, position, body, frameEnd, this.version, this.sender, rest);
        handler.onPublish(frame);
      } else {
        const type = typeOf(first) as Exclude<PacketType, typeof PacketType.PUBLISH>;
        const packet = decodePacket(reader.open(type, bytes, body, frameEnd), type, this);
        if (isPadded) this.checkPadded(first);
        this.isConnected = true;
        handler.onPacket(packet);
      }
      position = frameEnd;
      if (this.isHalted) break;
    }
    return position;
  }

  /** What can be refused before the second byte is there. */
  private checkFirst(first: number): void {
    if (!this.isConnected && first !== CONNECT) throw notConnect(first);
    if (this.isConnected && first === CONNECT && this.sender === "client") {
      throw violation(PacketType.CONNECT, "a second one on the same connection"); // [MQTT-3.1.0-2]
    }
    checkFirstByte(first, this.version, this.sender);
  }

  /** [MQTT-1.5.5-1] Only 5.0 asks for the shortest form of the remaining length, and what it is of a CONNECT shows behind it. */
  private checkPadded(first: number): void {
    if (this.version === ProtocolVersion.V5_0) throw malformed(typeOf(first), "remaining length with needless bytes");
  }

  private tooLarge(first: number, size: number): ProtocolError {
    return violation(
      typeOf(first),
      `${size} bytes where ${this.maximumPacketSize} are allowed`,
      ReasonCode.PACKET_TOO_LARGE,
    );
  }
}

function typeOf(first: number): PacketType {
  return (first >> 4) as PacketType;
}
