/** As `mqtk record` and `mqtk sub --json` begin a line. */
const FIRST = /^\{"time":"([^"\\]{10,40})"/;

/** When the message of a line came, in milliseconds since 1970 with their fraction; undefined where it does not say. */
export function recordedTime(line: Buffer): number | undefined {
  const [, first] = FIRST.exec(line.toString("latin1", 0, 64)) ?? [];
  if (first !== undefined) return timeFrom(first);
  if (!line.includes('"time"')) return undefined;
  try {
    const { time } = JSON.parse(line.toString("utf8")) as { readonly time?: unknown };
    return typeof time === "string" ? timeFrom(time) : undefined;
  } catch {
    return undefined; // whoever reads the message will say what is wrong
  }
}

function timeFrom(text: string): number | undefined {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  // Date knows milliseconds; the microseconds are behind them.
  const [, micros = ""] = /\.\d{3}(\d{1,6})/.exec(text) ?? [];
  return micros === "" ? time : time + Number(`0.${micros}`);
}
