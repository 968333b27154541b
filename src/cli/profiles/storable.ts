import { namesOf, type Option, type OptionSet } from "../option.ts";
import { connectionOptions } from "../options/connection.ts";
import { credentialOptions } from "../options/credentials.ts";
import { propertyOptions } from "../options/properties.ts";
import { networkOptions } from "../options/proxy.ts";
import { tlsOptions } from "../options/tls.ts";
import { willOptions } from "../options/will.ts";

/** What a profile may hold: everything that says how a client connects, and nothing of what it then does. */
export const storableGroups = [
  connectionOptions,
  credentialOptions,
  tlsOptions,
  networkOptions,
  propertyOptions,
  willOptions,
] as const;

/** An option by the name that it has in the code. */
export interface Storable {
  readonly name: string;
  readonly option: Option<unknown>;
}

/** By their long names without dashes (`mqtt-version`), which are those of the fields in a profile. */
export function storables(): ReadonlyMap<string, Storable> {
  const all = storableGroups.flatMap((group) => Object.entries(group.options as OptionSet));
  return new Map(
    all.flatMap(([name, option]) =>
      [...namesOf(option), ...option.aliases]
        .filter((word) => word.startsWith("--"))
        .map((word) => [word.slice(2), { name, option }] as const),
    ),
  );
}
