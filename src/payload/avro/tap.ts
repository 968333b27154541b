import { isUtf8 } from "node:buffer";
import { Tap } from "avsc/lib/utils.js";
import type { Budget } from "../codec.ts";

/**
 * The library's cursor for bytes that may come from anybody. The library reads on behind their end, makes room for as many
 * elements as a list announces, and takes text that is no UTF-8: here each of these is an Error.
 */
export class StrictTap extends Tap {
  private readonly budget: Budget;

  constructor(bytes: Buffer, start: number, budget: Budget) {
    super(bytes, start);
    this.budget = budget;
  }

  get rest(): number {
    return this.buf.length - this.pos;
  }

  override readBoolean(): boolean {
    this.need(1);
    const byte = this.buf[this.pos] as number;
    if (byte > 1) throw new Error(`the boolean ${byte}`);
    return super.readBoolean();
  }

  override readInt(): number {
    this.needNumber();
    const value = super.readInt();
    if (value !== (value | 0)) throw new Error("an int of more than 32 bits");
    return value;
  }

  /** How many follow, or which of several it is; values of the type `long` are read by `unpackLongBytes`. */
  override readLong(): number {
    const count = this.number();
    this.budget.spend(1 + Math.abs(count));
    return count;
  }

  override unpackLongBytes(): Buffer {
    this.needNumber();
    return super.unpackLongBytes();
  }

  override readFloat(): number {
    this.need(4);
    return super.readFloat();
  }

  override readDouble(): number {
    this.need(8);
    return super.readDouble();
  }

  override readFixed(length: number): Buffer {
    this.need(length);
    return super.readFixed(length);
  }

  override readBytes(): Buffer {
    return this.readFixed(this.number());
  }

  override readString(): string {
    const length = this.number();
    this.need(length);
    const bytes = this.buf.subarray(this.pos, this.pos + length);
    if (!isUtf8(bytes)) throw new Error("a string that is no UTF-8");
    this.pos += length;
    return bytes.toString("utf8");
  }

  private number(): number {
    this.needNumber();
    return super.readLong();
  }

  private need(length: number): void {
    if (length < 0 || length > this.rest) throw new Error("it ends too early");
  }

  /** A number takes seven bits a byte, and ends where the eighth is not set. */
  private needNumber(): void {
    let size = 0;
    do {
      if (size >= this.rest) throw new Error("it ends too early");
      if (size === 10) throw new Error("a number of more than ten bytes");
    } while ((this.buf[this.pos + size++] as number) >= 0x80);
  }
}
