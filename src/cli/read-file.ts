import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { reasonOf } from "./system-reason.ts";

/** The contents of a file that an option names. Throws UsageError in people's words; `option`: `--cafile`. */
export function readTextFile(option: string, file: string): string {
  return readBinaryFile(option, file).toString("utf8");
}

export function readBinaryFile(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${file}: ${reasonOf(error)}`);
  }
}

/** The same for files that come from anywhere: not more than `limit` bytes are read, also where it has no end. */
export function readBoundedFile(option: string, file: string, limit: number): Buffer {
  let opened: number | undefined;
  try {
    opened = openSync(file, "r");
    const chunks: Buffer[] = [];
    for (let total = 0; ; ) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const length = readSync(opened, chunk);
      if (length === 0) return Buffer.concat(chunks);
      total += length;
      if (total > limit) break;
      chunks.push(chunk.subarray(0, length));
    }
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${file}: ${reasonOf(error)}`);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
  throw new UsageError(`${option}: ${file} is larger than ${limit / 1024 ** 2} MiB`);
}
