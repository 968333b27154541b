import type { Readable } from "node:stream";
import { UsageError } from "../errors.ts";
import { reasonOf } from "./system-reason.ts";

/** A line with more bytes is refused: no packet of MQTT can carry what it says. */
const LONGEST = 512 * 1024 * 1024;

/**
 * The lines of a stream, one by one; the stream is read only as fast as they are taken.
 * @param name what an error calls the stream
 * @param end the byte behind each line
 */
export async function* linesOf(input: Readable, name: string, end = 0x0a): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  let length = 0;
  try {
    for await (const read of input) {
      const chunk = read as Buffer;
      let start = 0;
      for (let at = chunk.indexOf(end); at !== -1; at = chunk.indexOf(end, start)) {
        const last = chunk.subarray(start, at);
        yield begun.length === 0 ? last : Buffer.concat([...begun, last]);
        begun = [];
        length = 0;
        start = at + 1;
      }
      if (start < chunk.length) begun.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > LONGEST) throw new UsageError(`${name}: a line has more than ${LONGEST} bytes`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
