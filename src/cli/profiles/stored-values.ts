import { homedir } from "node:os";
import path from "node:path";
import { UsageError } from "../../errors.ts";
import type { CommandDefinition } from "../command.ts";
import { suggestion } from "../suggest.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { profileName } from "../value-types.ts";
import { quoted, type Stored } from "../values.ts";
import { profileFile, profileNames } from "./folder.ts";
import { type Field, type ProfileFile, readProfileFile } from "./profile-file.ts";
import { checkReceiver } from "./receiver.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a profile gives to a command; the warnings are for when it is known whether anybody wants to hear them. */
export function storedValues(
  name: string,
  definition: CommandDefinition,
  environment: Terminal["environment"],
): {
  readonly stored: Stored;
  readonly warnings: readonly string[];
  /** Throws UsageError where the profile's secrets would go elsewhere; `given` holds without the profile. */
  readonly check: (values: Values, given: Values) => void;
} {
  const { file, fields, warnings } = loadProfile(name, environment);
  const takes = new Set(definition.groups.flatMap((group) => Object.keys(group.options)));
  const unused = fields.filter(({ name }) => !takes.has(name)).map(({ key }) => key);
  const taken = fields.filter(({ name }) => takes.has(name));
  const stored = Object.fromEntries(
    taken.map((field) => [field.name, { place: field.place, text: located(field, file) }]),
  );
  return {
    stored,
    check: (values, given) => checkReceiver(name, definition, { fields: taken, stored }, { values, given }),
    warnings: [
      ...warnings,
      ...(unused.length === 0 ? [] : [`${definition.name} does not use ${unused.join(", ")} of profile ${name}`]),
    ],
  };
}

/** Throws UsageError where there is no such profile. */
export function loadProfile(
  name: string,
  environment: Terminal["environment"],
): ProfileFile & { readonly file: string } {
  if (profileName.parse(name) === undefined) {
    throw new UsageError(`profile ${quoted(name)}: expected ${profileName.expected}`);
  }
  const file = profileFile(name, environment);
  const read = readProfileFile(file);
  if (read !== undefined) return { ...read, file };
  const names = profileNames(environment);
  const meant = suggestion(name, names);
  throw new UsageError(
    `there is no profile ${name} (${file})`,
    meant !== undefined
      ? `did you mean ${meant}?`
      : names.length > 0
        ? `there are: ${names.join(", ")}`
        : `mqtk profile add ${name} --host HOST makes it`,
  );
}

/** Files are named from where the profile is, or from home: `~/plant/ca.pem`. */
function located({ option, text }: Field, profile: string): Field["text"] {
  if (option.type.completion.kind !== "file" || typeof text !== "string") return text;
  return /^~[/\\]/.test(text) ? path.join(homedir(), text.slice(2)) : path.resolve(path.dirname(profile), text);
}
