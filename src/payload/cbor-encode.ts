import { UsageError } from "../errors.ts";
import { LIMITS } from "./codec.ts";

/** What JSON says as CBOR, in its preferred serialization (RFC 8949, 4.1): everything as short as it can be. */
export function encodeCbor(json: unknown): Buffer {
  const chunks: Buffer[] = [];
  write(json, chunks, 0);
  return Buffer.concat(chunks);
}

function write(value: unknown, out: Buffer[], depth: number): void {
  if (depth > LIMITS.depth) throw new UsageError(`nested deeper than ${LIMITS.depth}`);
  if (typeof value === "number") out.push(number(value));
  else if (typeof value === "string") {
    const text = Buffer.from(value);
    out.push(head(3, text.length), text);
  } else if (Array.isArray(value)) {
    out.push(head(4, value.length));
    for (const element of value) write(element, out, depth + 1);
  } else if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    out.push(head(5, members.length));
    for (const [name, member] of members) {
      write(name, out, depth + 1);
      write(member, out, depth + 1);
    }
  } else out.push(Buffer.from([value === null ? 0xf6 : value === true ? 0xf5 : 0xf4]));
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  const size = argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = type | (size === 2 ? 25 : size === 4 ? 26 : 27);
  if (size === 8) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUIntBE(argument, 1, size);
  return bytes;
}

function number(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value < 0 ? head(1, -1 - value) : head(0, value);
  const half = halfOf(value);
  if (half !== undefined) return Buffer.from([0xf9, half >> 8, half & 0xff]);
  const isSingle = Math.fround(value) === value;
  const bytes = Buffer.alloc(isSingle ? 5 : 9);
  bytes[0] = isSingle ? 0xfa : 0xfb;
  if (isSingle) bytes.writeFloatBE(value, 1);
  else bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** The bits of binary16, where it holds the number without loss. JSON knows neither NaN nor infinities. */
function halfOf(value: number): number | undefined {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  if (size > 65_504 || size < 2 ** -24) return undefined;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const scaled = size * 2 ** (10 - exponent);
  if (!Number.isInteger(scaled)) return undefined;
  return sign | (scaled < 1024 ? scaled : ((exponent + 15) << 10) | (scaled - 1024));
}
