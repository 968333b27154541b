import { malformed, type ProtocolError, violation } from "./errors.ts";
import { PacketType, type Sender } from "./packet.ts";
import { mayCarry, type ReasonCode, reasonCodeHex } from "./reason-code.ts";
import { isWellFormedUtf8 } from "./utf8.ts";

const NOTHING = Buffer.alloc(0);

/** A cursor over the body of one packet. Reading beyond its end is a malformed packet, never a value made up. */
export class PacketReader {
  bytes: Buffer = NOTHING;
  position = 0;
  end = 0;
  /** Whose body it is, for what errors say. */
  type: PacketType = PacketType.CONNECT;

  /** Points at the body in `bytes[start, end)`. */
  open(type: PacketType, bytes: Buffer, start: number, end: number): this {
    this.type = type;
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    return this;
  }

  /** Lets go of the bytes, so that a reader waiting for the next packet does not keep a chunk alive. */
  close(): void {
    this.bytes = NOTHING;
    this.position = 0;
    this.end = 0;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  uint8(): number {
    const position = this.advance(1);
    return this.bytes[position]!;
  }

  uint16(): number {
    const position = this.advance(2);
    return (this.bytes[position]! << 8) | this.bytes[position + 1]!;
  }

  uint32(): number {
    const position = this.advance(4);
    return this.bytes.readUInt32BE(position);
  }

  /** A Variable Byte Integer in its shortest form [MQTT-1.5.5-1]. */
  varint(): number {
    let byte = this.uint8();
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      if (shift > 21) throw this.malformed("variable byte integer of more than four bytes");
      byte = this.uint8();
      if (byte === 0) throw this.malformed("variable byte integer with needless bytes");
      value |= (byte & 0x7f) << shift;
    }
    return value;
  }

  utf8(): string {
    const from = this.skipUtf8();
    return this.bytes.toString("utf8", from, this.position);
  }

  /** Checks a string and passes over it. It lies between what is returned here and `position`. */
  skipUtf8(): number {
    const from = this.skipBinary();
    if (!isWellFormedUtf8(this.bytes, from, this.position)) {
      throw this.malformed("ill-formed UTF-8 or a null character in a string");
    }
    return from;
  }

  /** A copy of its own: small values that live for long must not keep the chunk alive in which they arrived. */
  binary(): Buffer {
    const from = this.skipBinary();
    return Buffer.from(this.bytes.subarray(from, this.position));
  }

  /** Passes over binary data, which lie between what is returned here and `position`. */
  skipBinary(): number {
    return this.advance(this.uint16());
  }

  /** [MQTT-2.2.1-3] [MQTT-2.2.1-4] Zero is no packet identifier. */
  packetId(): number {
    const packetId = this.uint16();
    if (packetId === 0) throw this.malformed("packet identifier 0");
    return packetId;
  }

  /** A reason code that `sender` may use in a packet of this type. */
  reasonCode(sender: Sender): ReasonCode {
    const code = this.uint8();
    if (!mayCarry(this.type, code, sender)) throw this.violation(`reason code ${reasonCodeHex(code)} from a ${sender}`);
    return code;
  }

  /** Lets a part of `length` bytes begin; `leave` ends it with the end that is returned here. */
  enter(length: number): number {
    const outerEnd = this.end;
    if (length > this.remaining) throw this.malformed("a length that exceeds the packet");
    this.end = this.position + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  expectEnd(): void {
    if (this.position !== this.end) throw this.malformed(`trailing bytes: ${this.remaining}`);
  }

  malformed(what: string): ProtocolError {
    return malformed(this.type, what);
  }

  violation(what: string, reasonCode?: ReasonCode): ProtocolError {
    return violation(this.type, what, reasonCode);
  }

  private advance(length: number): number {
    const position = this.position;
    if (length > this.end - position) throw this.malformed("ends too early");
    this.position = position + length;
    return position;
  }
}
