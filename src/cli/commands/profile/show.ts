import { isMqtkError } from "../../../errors.ts";
import { formatAddress } from "../../../transport/index.ts";
import { addressFrom } from "../../client-options.ts";
import { profileFile, profileNames } from "../../profiles/folder.ts";
import { masked } from "../../profiles/masked.ts";
import type { Field } from "../../profiles/profile-file.ts";
import { loadProfile } from "../../profiles/stored-values.ts";
import { profileText } from "../../profiles/write-profile.ts";
import { safeJson, safeLine, safeText } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { valuesFrom } from "../../values.ts";
import { type ProfileValues, profileDefinition } from "./definition.ts";

/** Prints a profile as it is written down, with stars for secrets. */
export function show(name: string, { json }: ProfileValues, terminal: Terminal): void {
  const { file, fields, warnings } = loadProfile(name, terminal.environment);
  for (const warning of warnings) terminal.warn(warning);
  if (json) terminal.write(`${safeJson(JSON.stringify({ name, file, options: shown(fields) }))}\n`);
  else terminal.write(safeText(profileText(name, shown(fields))));
}

/** Prints the names of all profiles and where they lead; what is wrong with one does not hide the others. */
export function list({ json }: ProfileValues, terminal: Terminal): void {
  const names = profileNames(terminal.environment);
  const rows = names.map((name) => {
    try {
      const { fields, warnings } = loadProfile(name, terminal.environment);
      for (const warning of warnings) terminal.warn(warning);
      return { name, file: profileFile(name, terminal.environment), ...brokerOf(fields), options: shown(fields) };
    } catch (error) {
      if (!isMqtkError(error)) throw error;
      terminal.warn(error.message);
      const file = profileFile(name, terminal.environment);
      return { name, file, broker: undefined, user: undefined, problem: error.message };
    }
  });
  if (json) return terminal.write(`${safeJson(JSON.stringify(rows))}\n`);
  if (rows.length === 0) terminal.status("mqtk: there are no profiles; mqtk profile add NAME --host HOST makes one");
  const width = Math.max(...names.map((name) => name.length));
  for (const { name, broker, user } of rows) {
    const target = user === undefined ? broker : `${broker} as ${user}`;
    terminal.write(`${target === undefined ? name : `${name.padEnd(width)}  ${safeLine(target)}`}\n`);
  }
}

function brokerOf(fields: readonly Field[]): { readonly broker: string; readonly user: string | undefined } {
  const options = Object.fromEntries(fields.map(({ name, text }) => [name, text]));
  const values = valuesFrom(profileDefinition, { options, operands: ["list"] }, {}) as ProfileValues;
  return { broker: formatAddress(addressFrom(values)), user: values.username ?? values.url?.userName };
}

function shown(fields: readonly Field[]) {
  return Object.fromEntries(
    fields.map((field) => {
      const text = masked(field);
      return [
        field.key,
        typeof text === "string"
          ? plainValue(field, text)
          : text.map((one) => (one.includes("\0") ? one.split("\0") : one)),
      ];
    }),
  );
}

function plainValue({ option }: Field, text: string): string | number | boolean {
  if (option.kind === "flag") return /^(1|true|yes|on)$/i.test(text);
  return /^(0|[1-9]\d{0,14})$/.test(text) && !option.secret && typeof option.type.parse(text) === "number"
    ? Number(text)
    : text;
}
