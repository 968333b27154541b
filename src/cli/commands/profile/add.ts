import { existsSync } from "node:fs";
import path from "node:path";
import type { TomlValue } from "smol-toml";
import { UsageError } from "../../../errors.ts";
import { addressFrom, clientOptionsFrom } from "../../client-options.ts";
import { passwordFrom } from "../../password.ts";
import { profileFile } from "../../profiles/folder.ts";
import { holdsSecret } from "../../profiles/masked.ts";
import { keyOf } from "../../profiles/profile-file.ts";
import { type Storable, storables } from "../../profiles/storable.ts";
import { profileText, writeProfile } from "../../profiles/write-profile.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { type Typed, valuesFrom } from "../../values.ts";
import { type ProfileValues, profileDefinition } from "./definition.ts";

/** Writes what stood on the command line into a profile; the environment stays what it is, and comes first later, too. */
export async function addProfile(
  name: string,
  { force, storePassword }: ProfileValues,
  typed: Typed,
  terminal: Terminal,
): Promise<void> {
  const file = profileFile(name, terminal.environment);
  if (existsSync(file) && !force) {
    throw new UsageError(`profile ${name} is there already (${file})`, "take another name, or say --force");
  }
  const values = valuesFrom(profileDefinition, typed, {}) as ProfileValues;
  const password = storePassword ? await passwordToStore(values, terminal) : undefined;
  check({ ...values, password: password ?? values.password });
  const fields = fieldsFrom(typed, values);
  const written = password === undefined ? fields : { ...without(fields), password };
  if (Object.keys(written).length === 0) {
    throw new UsageError("there is nothing to keep", `mqtk profile add ${name} --host HOST`);
  }
  writeProfile(file, profileText(name, written));
  terminal.write(`${file}\n`);
  const known = storables();
  const secrets = Object.entries(written).filter(([key, value]) => {
    const storable = known.get(key);
    return storable !== undefined && holdsSecret({ ...storable, text: textsOf(value) });
  });
  if (secrets.length === 0) return;
  const readers = process.platform === "win32" ? "" : "; only you can read it (0600)";
  terminal.status(`mqtk: the file holds ${secrets.map(([key]) => key).join(" and ")} as plain text${readers}`);
}

const PASSWORD_SOURCES = ["password-file", "password-fd", "password-command", "ask-password"];

/** The password instead of the way to it. */
function without(fields: Readonly<Record<string, TomlValue>>): Readonly<Record<string, TomlValue>> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !PASSWORD_SOURCES.includes(key)));
}

async function passwordToStore(values: ProfileValues, terminal: Terminal): Promise<string> {
  const { passwordFile, passwordFd, passwordCommand } = values;
  const isNamed = [passwordFile, passwordFd, passwordCommand].some((source) => source !== undefined);
  const found = await passwordFrom({ ...values, askPassword: values.askPassword || !isNamed }, terminal);
  return found ?? "";
}

/** Contradictions show when a profile is made, not when it is used. */
function check(values: ProfileValues): void {
  if (values.passwordFd !== undefined && !values.storePassword) {
    throw new UsageError("--password-fd is of one run only", "with --store-password, what it says is kept");
  }
  addressFrom(values);
  // A client id may be given later.
  clientOptionsFrom({ ...values, id: values.id ?? (values.idPrefix === undefined ? "later" : undefined) }, values);
}

function fieldsFrom(typed: Typed, values: ProfileValues): Readonly<Record<string, TomlValue>> {
  const byName = new Map([...storables().values()].map((storable) => [storable.name, storable]));
  const entries = Object.entries(typed.options).flatMap(([name, given]): [string, TomlValue][] => {
    const storable = byName.get(name);
    if (storable === undefined) return [];
    return [[keyOf(storable), tomlFrom(storable, given, values[name as keyof ProfileValues])]];
  });
  return Object.fromEntries(entries);
}

function tomlFrom({ option }: Storable, given: true | string | readonly string[], value: unknown): TomlValue {
  if (given === true) return true;
  if (typeof given !== "string") return given.map((text) => (text.includes("\0") ? text.split("\0") : text));
  if (option.type.completion.kind === "file") return path.resolve(given);
  return typeof value === "number" && String(value) === given ? value : given;
}

function textsOf(value: TomlValue): string | readonly string[] {
  return Array.isArray(value) ? value.map((one) => (Array.isArray(one) ? one.join("\0") : String(one))) : String(value);
}
