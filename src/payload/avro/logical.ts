import { UsageError } from "../../errors.ts";
import type { Logical } from "./schema.ts";

const DAY = 86_400_000;

/** A number or bytes as what they stand for: a date, a time, a decimal. */
export function logicalToJson(logical: Logical | undefined, value: bigint | Buffer): unknown {
  if (logical === undefined) return value;
  if (typeof value !== "bigint") return decimalText(value, logical.scale);
  switch (logical.name) {
    case "date":
      return isoOf(Number(value) * DAY)?.slice(0, 10) ?? value;
    case "timestamp-millis":
      return isoOf(Number(value)) ?? value;
    case "timestamp-micros": {
      const micros = ((value % 1000n) + 1000n) % 1000n;
      const iso = isoOf(Number((value - micros) / 1000n));
      return iso === undefined ? value : micros === 0n ? iso : iso.replace("Z", `${String(micros).padStart(3, "0")}Z`);
    }
    case "time-millis":
      return isoOf(Number(value))?.slice(11, 23) ?? value;
    case "time-micros":
      return (
        isoOf(Number(value / 1000n))
          ?.slice(11, 23)
          .concat(String(value % 1000n).padStart(3, "0")) ?? value
      );
    default:
      return value;
  }
}

/** The opposite: text as a whole number. Undefined where JSON says it as a number already. */
export function logicalFromJson(logical: Logical | undefined, json: unknown): bigint | undefined {
  if (logical === undefined || typeof json !== "string") return undefined;
  const isTime = logical.name.startsWith("time-");
  const time = Date.parse(isTime ? `1970-01-01T${json}Z` : json);
  if (Number.isNaN(time)) throw new UsageError(`${JSON.stringify(json)} is no ${logical.name}`);
  if (logical.name === "date") return BigInt(Math.floor(time / DAY));
  if (!logical.name.endsWith("micros")) return BigInt(time);
  const micros = /\.\d{3}(\d{1,3})/.exec(json)?.[1] ?? "";
  return BigInt(time) * 1000n + BigInt(micros.padEnd(3, "0"));
}

/** "12.34" as the two's complement of 1234, in the least bytes or in `size`. */
export function decimalBytes(text: string, scale: number, size: number | undefined): Buffer {
  const [, sign, whole, part = ""] = /^([+-]?)(\d{1,100})(?:\.(\d{1,100}))?$/.exec(text) ?? [];
  if (whole === undefined || part.length > scale) {
    throw new UsageError(`${JSON.stringify(text)} is no decimal with ${scale} digits behind the point`);
  }
  const value = BigInt(`${whole}${part.padEnd(scale, "0")}`) * (sign === "-" ? -1n : 1n);
  let length = size ?? 1;
  if (size === undefined) while (BigInt.asIntN(8 * length, value) !== value) length++;
  else if (BigInt.asIntN(8 * size, value) !== value) throw new UsageError(`${text} does not fit into ${size} bytes`);
  const hex = BigInt.asUintN(8 * length, value)
    .toString(16)
    .padStart(2 * length, "0");
  return Buffer.from(hex, "hex");
}

function decimalText(bytes: Buffer, scale: number): string {
  if (bytes.length > 1000) throw new Error("a decimal of more than 1000 bytes");
  const value = bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString("hex")}`));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function isoOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
