import { malformed, type ProtocolError, violation } from "./errors.ts";
import { PacketType, type QoS } from "./packet.ts";
import { mayCarry, ReasonCode, reasonCodeHex } from "./reason-code.ts";
import { illFormedPart } from "./utf8.ts";
import { MAXIMUM_VARIABLE_BYTE_INTEGER, variableByteIntegerLength } from "./variable-byte-integer.ts";

/** Up to this many characters a loop is faster than the way into native code (8 characters: 20 ns against 100; 24: 75 against 115). */
const LOOP_LIMIT = 32;
/** The same for bytes (8 bytes: a third of the time; 40: about even). */
const SHORT_RUN = 40;
const LONGEST_STRING = 65_535;

/** A cursor that appends to a growing buffer. Values that do not fit throw a ProtocolError before anything of them is written. */
export class PacketWriter {
  bytes: Buffer;
  position = 0;
  /** What is being written, for what errors say. */
  type: PacketType = PacketType.PUBLISH;

  constructor(initialSize = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(initialSize);
  }

  /** Begins anew at the start of the same buffer. */
  reset(): void {
    this.position = 0;
  }

  /** Makes room for `length` more bytes; what was written so far may move to a larger buffer. */
  reserve(length: number): void {
    const needed = this.position + length;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }

  /** In all of these `what` names the value in errors. */
  uint8(value: number, what = "number"): void {
    this.check(value, 0xff, what);
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  uint16(value: number, what = "number"): void {
    this.check(value, 0xffff, what);
    this.reserve(2);
    this.bytes[this.position++] = value >>> 8;
    this.bytes[this.position++] = value;
  }

  uint32(value: number, what = "number"): void {
    this.check(value, 0xffff_ffff, what);
    this.reserve(4);
    this.position = this.bytes.writeUInt32BE(value, this.position);
  }

  /** A Variable Byte Integer in its shortest form. */
  varint(value: number, what = "number"): void {
    this.check(value, MAXIMUM_VARIABLE_BYTE_INTEGER, what);
    this.reserve(4);
    this.position = this.putVarint(value, this.position);
  }

  /** Writes nothing: QoS is always a part of some flags. Answers the QoS if it is one. */
  qos(qos: number): QoS {
    if (qos === 0 || qos === 1 || qos === 2) return qos;
    throw this.malformed(`QoS ${qos}`);
  }

  packetId(packetId: number | undefined): void {
    if (packetId === undefined || packetId === 0) throw this.malformed("no packet identifier");
    this.uint16(packetId, "packet identifier");
  }

  reasonCode(code: ReasonCode): void {
    if (!mayCarry(this.type, code)) throw this.violation(`reason code ${reasonCodeHex(code)}`);
    this.uint8(code);
  }

  /** Many of them, which are mostly the same. */
  reasonCodes(codes: readonly ReasonCode[]): void {
    this.reserve(codes.length);
    let last: ReasonCode | undefined;
    for (const code of codes) {
      if (code === last) {
        this.bytes[this.position++] = code;
      } else {
        this.reasonCode(code);
        last = code;
      }
    }
  }

  /** A UTF-8 Encoded String with its length (section 1.5.4). */
  utf8(text: string): void {
    const { length } = text;
    if (length > LONGEST_STRING) throw this.tooLong();
    this.reserve(2 + 3 * length);
    const start = this.position + 2;
    const end = length <= LOOP_LIMIT ? this.putShort(text, start) : this.putLong(text, start);
    if (end - start > LONGEST_STRING) throw this.tooLong();
    this.uint16(end - start);
    this.position = end;
  }

  /** Binary Data with its length (section 1.5.6). */
  binary(data: Uint8Array): void {
    if (data.length > LONGEST_STRING) throw this.tooLong();
    this.uint16(data.length);
    this.raw(data);
  }

  /** The first byte and the Remaining Length of a packet whose size is known. */
  fixedHeader(firstByte: number, remaining: number): void {
    this.check(remaining, MAXIMUM_VARIABLE_BYTE_INTEGER, "length");
    this.reserve(5);
    this.bytes[this.position] = firstByte;
    this.position = this.putVarint(remaining, this.position + 1);
  }

  /** A UTF-8 Encoded String that is encoded already: `bytes[from, to)`, with its length. */
  encodedUtf8(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > LONGEST_STRING) throw this.tooLong();
    this.reserve(2 + length);
    this.bytes[this.position] = length >>> 8;
    this.bytes[this.position + 1] = length;
    this.position += 2;
    this.raw(bytes, from, to);
  }

  /** `bytes[from, to)` as they are. */
  raw(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    const length = to - from;
    this.reserve(length);
    if (length <= SHORT_RUN) {
      const target = this.bytes;
      let at = this.position;
      for (let index = from; index < to; index++) target[at++] = bytes[index]!;
      this.position = at;
      return;
    }
    this.bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.position);
    this.position += length;
  }

  /** The first byte of a packet; everything up to the matching `closeFrame` is its body. */
  openFrame(type: PacketType, flags: number): number {
    this.type = type;
    this.uint8((type << 4) | flags);
    return this.openLength();
  }

  /** Fills in the Remaining Length. `more`: bytes of the body that will be written right behind. */
  closeFrame(frame: number, more = 0): void {
    if (this.position - frame - 1 + more > MAXIMUM_VARIABLE_BYTE_INTEGER) {
      throw this.violation("larger than any packet can be", ReasonCode.PACKET_TOO_LARGE);
    }
    this.closeLength(frame, more);
  }

  /** Leaves one byte for a length that is not known yet: enough for most. */
  openLength(): number {
    this.reserve(1);
    return this.position++;
  }

  /** Fills in the length of what was written since `openLength`, which moves where more than one byte is needed. */
  closeLength(at: number, more = 0): void {
    const length = this.position - at - 1 + more;
    const extra = variableByteIntegerLength(length) - 1;
    if (extra > 0) {
      this.reserve(extra);
      this.bytes.copyWithin(at + 1 + extra, at + 1, this.position);
      this.position += extra;
    }
    this.putVarint(length, at);
  }

  malformed(what: string): ProtocolError {
    return malformed(this.type, what);
  }

  violation(what: string, reasonCode?: ReasonCode): ProtocolError {
    return violation(this.type, what, reasonCode);
  }

  private putVarint(value: number, at: number): number {
    let rest = value;
    let position = at;
    while (rest > 0x7f) {
      this.bytes[position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[position++] = rest;
    return position;
  }

  private putShort(text: string, start: number): number {
    const { bytes } = this;
    let position = start;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f || code === 0) return this.putLong(text, start);
      bytes[position++] = code;
    }
    return position;
  }

  private putLong(text: string, start: number): number {
    const illFormed = illFormedPart(text);
    if (illFormed !== undefined) throw this.malformed(`${illFormed} in a string`);
    return start + this.bytes.write(text, start, "utf8");
  }

  private check(value: number, greatest: number, what: string): void {
    if (value >= 0 && value <= greatest && Number.isInteger(value)) return;
    throw this.violation(`${what} ${value}, which is not a whole number from 0 to ${greatest}`);
  }

  private tooLong(): ProtocolError {
    return this.malformed(`string or binary data of more than ${LONGEST_STRING} bytes`);
  }
}
