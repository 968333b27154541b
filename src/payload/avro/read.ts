import { isUtf8 } from "node:buffer";
import { type Budget, LIMITS } from "../codec.ts";
import { shortest } from "../numbers.ts";
import { logicalToJson } from "./logical.ts";
import type { AvroType } from "./schema.ts";

/** Reads one datum from `start` to the end. Throws where the bytes are none, or cost more than the budget has. */
export function readDatum(type: AvroType, bytes: Buffer, start: number, budget: Budget): unknown {
  if (bytes.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  const reader = new Reader(bytes, start, budget);
  const value = reader.value(type, 0);
  if (reader.rest > 0) throw new Error(`${reader.rest} bytes behind its end`);
  return value;
}

class Reader {
  private readonly bytes: Buffer;
  private readonly budget: Budget;
  private at: number;

  constructor(bytes: Buffer, start: number, budget: Budget) {
    this.bytes = bytes;
    this.at = start;
    this.budget = budget;
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  value(type: AvroType, depth: number): unknown {
    this.budget.enter(depth);
    this.budget.spend();
    switch (type.kind) {
      case "null":
        return null;
      case "boolean": {
        const byte = this.take(1)[0];
        if (byte !== 0 && byte !== 1) throw new Error(`the boolean ${byte}`);
        return byte === 1;
      }
      case "int":
      case "long":
        return logicalToJson(type.logical, this.long());
      case "float":
        return shortest(this.take(4).readFloatLE());
      case "double":
        return this.take(8).readDoubleLE();
      case "bytes":
        return logicalToJson(type.logical, this.take(this.length()));
      case "string": {
        const text = this.take(this.length());
        if (!isUtf8(text)) throw new Error("a string that is no UTF-8");
        return text.toString("utf8");
      }
      case "fixed":
        return logicalToJson(type.logical, this.take(type.size));
      case "enum":
        return this.chosen(type.symbols);
      case "union":
        return this.value(this.chosen(type.branches), depth + 1);
      case "array": {
        const elements: unknown[] = [];
        this.blocks(() => elements.push(this.value(type.items, depth + 1)));
        return elements;
      }
      case "map": {
        const members = new Map<string, unknown>();
        this.blocks(() => {
          const key = this.take(this.length()).toString("utf8");
          members.set(key, this.value(type.values, depth + 1));
        });
        return members;
      }
      case "record":
        return new Map(type.fields.map((field) => [field.name, this.value(field.type, depth + 1)]));
      default:
        return type satisfies never;
    }
  }

  private chosen<One>(all: readonly One[]): One {
    const index = Number(this.long());
    const one = all[index];
    if (one === undefined) throw new Error(`number ${index} of ${all.length} choices`);
    return one;
  }

  /** Blocks of a count and so many elements; a negative count is followed by the size of its block. */
  private blocks(element: () => void): void {
    for (;;) {
      const announced = this.long();
      if (announced === 0n) return;
      if (announced < 0n) this.long();
      const count = announced < 0n ? -announced : announced;
      if (count > BigInt(LIMITS.values)) throw new Error(`more than ${LIMITS.values} values`);
      for (let left = Number(count); left > 0; left--) element();
    }
  }

  private length(): number {
    const length = this.long();
    if (length < 0n || length > BigInt(this.rest)) throw new Error("it ends too early");
    return Number(length);
  }

  private take(size: number): Buffer {
    if (size > this.rest) throw new Error("it ends too early");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** Zigzag, seven bits a byte. */
  private long(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error("it ends too early");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const whole = BigInt.asUintN(64, value);
        return (whole >> 1n) ^ -(whole & 1n);
      }
    }
    throw new Error("a number of more than ten bytes");
  }
}
