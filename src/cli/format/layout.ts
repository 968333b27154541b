import type { Layout } from "./parse-format.ts";

// All texts here are in latin1, a character a byte: C counts bytes.

/** A number as `%5d`, `%-5d` and `%05d` of C. */
export function layOutNumber(value: number, layout: Layout): string {
  const digits = String(value);
  if (layout.isLeft) return digits.padEnd(layout.width);
  return digits.padStart(layout.width, layout.pad);
}

/** A text as `%-10.3s` of C: the precision is the most that is shown. */
export function layOutText(text: string, { width, precision, isLeft }: Layout): string {
  const shown = precision === undefined ? text : text.slice(0, precision);
  return isLeft ? shown.padEnd(width) : shown.padStart(width);
}

/** What stands where a property is missing. */
export function blank({ width, pad }: Layout): string {
  return pad.repeat(width);
}

/** A payload: the width is also the most bytes that are shown; without a width, `-` doubles its length in spaces. */
export function layOutPayload(payload: string, { width, precision, isLeft, pad }: Layout): string {
  const most = Math.min(payload.length, width === 0 ? payload.length : width, precision ?? payload.length);
  const shown = payload.slice(0, most);
  const room = width - shown.length;
  if (isLeft) return shown + " ".repeat(Math.abs(room));
  return pad.repeat(Math.max(0, room)) + shown;
}

/** A payload in hexadecimal digits, in groups of `precision` digits (padding counts as digits, too). */
export function layOutHex(payload: Buffer, layout: Layout, isUpper: boolean): string {
  const { width, precision = 0, isLeft, pad, separator } = layout;
  const shown = width === 0 ? payload : payload.subarray(0, width);
  const lower = shown.toString("hex");
  const digits = isUpper ? lower.toUpperCase() : lower;
  const room = width === 0 ? -payload.length : width - digits.length;
  const padding = isLeft ? "" : pad.repeat(Math.max(0, room));
  const all = padding + digits;
  let grouped = "";
  for (let at = 0; at < all.length; at += 1) {
    grouped += all[at];
    const isLast = at === all.length - 1 && digits.length > 0;
    // C puts a separator also behind the last digit's group, but never behind the last digit.
    if (precision > 0 && at % precision === precision - 1 && !isLast) grouped += separator;
  }
  return isLeft ? grouped + " ".repeat(Math.abs(room)) : grouped;
}

/** `%.*f` of C: six decimals unless the layout says otherwise; a tie goes to the even digit. */
export function layOutFloat(value: number, { width, precision, isLeft, pad }: Layout): string {
  const text = fixed(value, precision ?? 6);
  if (isLeft) return text.padEnd(width);
  if (pad === " " || !Number.isFinite(value)) return text.padStart(width);
  const sign = text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function fixed(value: number, wanted: number): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return `${sign}inf`;
  const decimals = Math.min(wanted, 100);
  const zeros = "0".repeat(wanted - decimals);
  if (size >= 1e21) return `${sign}${BigInt(size)}${wanted > 0 ? `.${"0".repeat(wanted)}` : ""}`;
  const rounded = size.toFixed(decimals);
  const exact = size.toFixed(Math.min(100, decimals + 25));
  const dot = exact.indexOf(".");
  const behind = dot === -1 ? "" : exact.slice(dot + 1 + decimals);
  if (/^50*$/.test(behind)) {
    // A tie: JavaScript went up, C goes to the even digit.
    const down = decimals === 0 ? exact.slice(0, dot) : exact.slice(0, dot + 1 + decimals);
    if (Number(down.at(-1)) % 2 === 0) return sign + down + zeros;
  }
  return sign + rounded + zeros;
}
