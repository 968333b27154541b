import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify, type TomlValue } from "smol-toml";
import { UsageError } from "../../errors.ts";
import { reasonOf } from "../system-reason.ts";

/** The text of a profile. */
export function profileText(name: string, fields: Readonly<Record<string, TomlValue>>): string {
  return `# mqtk --profile ${name}: options by their long names\n${stringify(fields)}`;
}

/** Writes it whole or not at all; nobody else can read it, from the first byte on. */
export function writeProfile(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const target = existing(file);
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}`);
    try {
      const descriptor = openSync(temporary, "wx", 0o600);
      try {
        writeFileSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

/** Where a link leads: dotfiles are often kept elsewhere. */
function existing(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
