import { closeSync, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { parse, TomlError, type TomlValue } from "smol-toml";
import { UsageError } from "../../errors.ts";
import { mainName } from "../option.ts";
import { suggestion } from "../suggest.ts";
import { reasonOf } from "../system-reason.ts";
import { holdsSecret } from "./masked.ts";
import { type Storable, storables } from "./storable.ts";

/** One line of a profile: an option and its value, as it would be typed. */
export interface Field extends Storable {
  /** `mqtt-version` */
  readonly key: string;
  readonly text: string | readonly string[];
  /** `/home/ann/.config/mqtk/profiles/plant.toml:3: mqtt-version` */
  readonly place: string;
}

export interface ProfileFile {
  readonly fields: readonly Field[];
  /** What its owner should know. */
  readonly warnings: readonly string[];
}

/**
 * Reads the file of a profile; undefined where there is none. Throws UsageError with file, line and field for what cannot
 * be meant, and for a file that others could have written, or could read a secret in.
 */
export function readProfileFile(file: string): ProfileFile | undefined {
  const opened = open(file);
  if (opened === undefined) return undefined;
  const { text, stats } = opened;
  checkOwner(file, stats);
  const fields = fieldsOf(file, text);
  return { fields, warnings: warningsOf(file, stats, fields) };
}

function open(file: string): { readonly text: string; readonly stats: Stats } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
  try {
    return { text: readFileSync(descriptor, "utf8"), stats: fstatSync(descriptor) };
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  } finally {
    closeSync(descriptor);
  }
}

/** Whoever writes a profile decides where passwords go, and which command is run for them. */
function checkOwner(file: string, { mode, uid }: Stats): void {
  if (process.getuid === undefined) return; // Windows knows neither
  if ((mode & 0o022) !== 0) throw new UsageError(`${file}: others may write to it`, `chmod 600 ${file}`);
  if (uid !== process.getuid() && uid !== 0) throw new UsageError(`${file}: it belongs to somebody else`);
}

function warningsOf(file: string, { mode }: Stats, fields: readonly Field[]): readonly string[] {
  if (process.getuid === undefined || (mode & 0o044) === 0) return [];
  const secret = fields.find(holdsSecret);
  if (secret !== undefined) throw new UsageError(`${secret.place}: others may read it`, `chmod 600 ${file}`);
  return [`${file}: others may read it; chmod 600 keeps it to yourself`];
}

function fieldsOf(file: string, text: string): readonly Field[] {
  const known = storables();
  return Object.entries(parsed(file, text)).map(([key, value]) => {
    const place = `${file}:${lineOf(text, key)}: ${key}`;
    const storable = known.get(key);
    if (storable === undefined) {
      const meant = suggestion(key, [...known.keys()]);
      throw new UsageError(
        `${place}: no option that a profile can hold`,
        meant === undefined ? "mqtk profile --help lists them" : `did you mean ${meant}?`,
      );
    }
    const { option } = storable;
    if (storable.name === "passwordFd") throw new UsageError(`${place}: an open file is of one run only`);
    const isList = option.kind === "list";
    const texts = isList && Array.isArray(value) ? value.map((one) => textOf(one, place)) : textOf(value, place);
    return { ...storable, key, place, text: isList && typeof texts === "string" ? [texts] : texts };
  });
}

/** The words of a value that has several (`property`) come joined by NUL, as from the command line. */
function textOf(value: TomlValue, place: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value.join("\0");
  throw new UsageError(`${place}: expected a text in quotes, a number, true or false`);
}

function parsed(file: string, text: string): Readonly<Record<string, TomlValue>> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The lines behind the first show the text around, in which there may be a secret.
    const [reason = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new UsageError(`${file}:${error.line}: this is no TOML: ${reason}`, 'a line is name = "text"');
  }
}

/** Where a field begins: behind the longest beginning of the text that can be read and does not have it. */
function lineOf(text: string, key: string): number {
  const lines = text.split("\n");
  for (let count = lines.length - 1; count > 0; count -= 1) {
    try {
      if (!Object.hasOwn(parse(lines.slice(0, count).join("\n")), key)) return count + 1;
    } catch {
      // In the middle of a value.
    }
  }
  return 1;
}

/** `host = "…"`, as it is named in a profile. */
export function keyOf({ option }: Pick<Storable, "option">): string {
  return mainName(option).slice(2);
}
