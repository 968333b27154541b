import { readFileSync } from "node:fs";
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
