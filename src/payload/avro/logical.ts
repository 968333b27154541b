import { builtins } from "avsc/lib/types.js";
import { UsageError } from "../../errors.ts";

/** What a primitive stands for; others are left as they are. */
export interface Logical {
  readonly name: "decimal" | "date" | "timestamp-millis" | "timestamp-micros" | "time-millis" | "time-micros";
  /** Of a decimal: digits behind the point. */
  readonly scale: number;
}

const LOGICAL_OF: Readonly<Record<Logical["name"], readonly string[]>> = {
  decimal: ["bytes", "fixed"],
  date: ["int"],
  "time-millis": ["int"],
  "time-micros": ["long"],
  "timestamp-millis": ["long"],
  "timestamp-micros": ["long"],
};

/** The specification says to ignore logical types that are unknown or stand on the wrong type. */
export function logicalOf(schema: Readonly<Record<string, unknown>>): Logical | undefined {
  const { logicalType, scale = 0, type } = schema;
  if (typeof logicalType !== "string" || !Object.hasOwn(LOGICAL_OF, logicalType)) return undefined;
  const name = logicalType as Logical["name"];
  const hasScale = typeof scale === "number" && Number.isInteger(scale) && scale >= 0 && scale <= 1000;
  return LOGICAL_OF[name].includes(type as string) && hasScale ? { name, scale } : undefined;
}

/** A logical type whose values are text: dates, times, decimals. avsc has the way to define them, and none of them. */
export class LogicalText extends builtins.LogicalType {
  readonly logical: Logical;

  constructor(logical: Logical, { logicalType: _, ...schema }: Readonly<Record<string, unknown>>, options: object) {
    super(schema, options);
    this.logical = logical;
  }

  /** The text of a number as it is on the wire; undefined stands for decimals, which are bytes there. */
  textOf(value: number | bigint): unknown {
    return this._fromValue(value);
  }

  /** Throws UsageError where the text is nothing of this type. */
  check(text: string): void {
    this._toValue(text);
  }

  protected override _fromValue(value: unknown): unknown {
    return value instanceof Uint8Array
      ? decimalText(Buffer.from(value), this.logical.scale)
      : logicalToJson(this.logical, BigInt(value as number | bigint));
  }

  protected override _toValue(value: unknown): unknown {
    // What no text stands for (a year beyond those of JavaScript's dates) is the number itself.
    if (typeof value === "bigint") return this.onWire(value);
    const text = String(value);
    if (this.logical.name === "decimal") return decimalBytes(text, this.logical.scale, this.underlyingType.size);
    return this.onWire(logicalFromJson(this.logical, text));
  }

  private onWire(value: bigint): number | bigint {
    return this.underlyingType.typeName === "int" ? Number(value) : value;
  }
}

const DAY = 86_400_000;

/** A number as what it stands for: a date or a time. */
function logicalToJson(logical: Logical, value: bigint): unknown {
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

/** The opposite: text as a whole number. */
function logicalFromJson(logical: Logical, json: string): bigint {
  const isTime = logical.name.startsWith("time-");
  const time = Date.parse(isTime ? `1970-01-01T${json}Z` : json);
  if (Number.isNaN(time)) throw new UsageError(`${JSON.stringify(json)} is no ${logical.name}`);
  if (logical.name === "date") return BigInt(Math.floor(time / DAY));
  if (!logical.name.endsWith("micros")) return BigInt(time);
  const micros = /\.\d{3}(\d{1,3})/.exec(json)?.[1] ?? "";
  return BigInt(time) * 1000n + BigInt(micros.padEnd(3, "0"));
}

/** "12.34" as the two's complement of 1234, in the least bytes or in `size`. */
function decimalBytes(text: string, scale: number, size: number | undefined): Buffer {
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
