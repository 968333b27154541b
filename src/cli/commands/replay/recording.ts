import { createReadStream } from "node:fs";
import type { OutgoingMessage } from "../../../client/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { linesOf } from "../../lines-of.ts";
import { JsonMessageReader } from "../../message-from-json.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { recordedTime } from "./recorded-time.ts";

/** A message of a recording. */
export interface Recorded {
  readonly message: OutgoingMessage;
  /** Milliseconds since 1970; undefined where the line does not say. */
  readonly time: number | undefined;
}

/** Reads a recording from its beginning to its end. Throws UsageError with the line that cannot be read. */
export async function* messagesOf(file: string, terminal: Terminal): AsyncGenerator<Recorded, void> {
  const reader = new JsonMessageReader({ topic: undefined, qos: undefined, retain: false, properties: undefined });
  const name = file === "-" ? "stdin" : file;
  const input = file === "-" ? terminal.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  const lines = linesOf(input, name);
  let number = 0;
  for (let next = await lines.next(); next.done !== true; ) {
    const line = next.value;
    number++;
    const isBlank = /^\s*$/.test(line.toString("latin1", 0, 16)) && line.toString("latin1").trim() === "";
    let recorded: Recorded | undefined;
    let problem: UsageError | undefined;
    if (!isBlank) {
      try {
        recorded = { message: read(reader, line), time: recordedTime(line) };
      } catch (error) {
        if (!isMqtkError(error) || error.code !== "usage") throw error;
        problem = new UsageError(`${name}, line ${number}: ${error.message}`, error.hint);
      }
    }
    if (recorded !== undefined) yield recorded;
    next = await lines.next();
    if (problem === undefined) continue;
    // Whoever was writing the file may have been stopped in the middle of its last line.
    if (next.done !== true || number === 1 || line.at(-1) === 0x7d) throw problem;
    terminal.warn(`${name}, line ${number}: the last line is incomplete and was left out`);
  }
}

function read(reader: JsonMessageReader, line: Buffer): OutgoingMessage {
  const { bytes, payloadStart, payloadEnd, ...envelope } = reader.read(line, 0, line.length);
  return { ...envelope, payload: bytes.subarray(payloadStart, payloadEnd) };
}
