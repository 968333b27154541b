import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import type { SchemaFiles } from "../payload/index.ts";
import { reasonOf } from "./system-reason.ts";

/** The options that name schemas → files that are read when a format needs them. */
export function schemaFilesFrom(values: Partial<Omit<SchemaFiles, "read">>): SchemaFiles {
  const { proto, protoMessage, protoPath = [], avroSchema } = values;
  return { proto, protoMessage, protoPath, avroSchema, read };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}
