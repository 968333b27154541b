import { UsageError } from "../../errors.ts";
import { type Address, isEncrypted, type ParsedAddress } from "../../transport/index.ts";
import { addressFrom } from "../client-options.ts";
import type { CommandDefinition } from "../command.ts";
import type { Stored } from "../values.ts";
import { valuesFrom } from "../values.ts";
import { holdsSecret } from "./masked.ts";
import type { Field } from "./profile-file.ts";

type Values = Readonly<Record<string, unknown>>;

/** What names a broker, and what of the secrets a broker is told: a key stays here, a proxy's password is the proxy's. */
const NAMING = ["host", "url", "unix"];
const TOLD = ["password", "passwordFile", "passwordCommand", "wsHeaders", "properties"];

/**
 * The secrets of a profile are for the broker that it names. Throws UsageError where another one would be told them,
 * or the same one without encryption; `given` are the values that hold without the profile.
 */
export function checkReceiver(
  name: string,
  definition: CommandDefinition,
  { fields, stored }: { readonly fields: readonly Field[]; readonly stored: Stored },
  { values, given }: { readonly values: Values; readonly given: Values },
): void {
  if (!fields.some((field) => NAMING.includes(field.name))) return;
  const told = fields.find((field) => TOLD.includes(field.name) && isTold(field) && isTaken(field, values, given));
  if (told === undefined) return;
  const its = addressOf(valuesFrom({ ...definition, operands: {} }, { options: {}, operands: [] }, {}, stored));
  const present = (values["target"] as readonly unknown[] | undefined)?.length ? undefined : addressOf(values);
  const hint = "say who you are there (-u and --ask-password, -P, …), or leave the profile out";
  if (present === undefined || placeOf(present) !== placeOf(its)) {
    const other = present === undefined ? "there are other brokers" : `this is ${placeOf(present)}`;
    throw new UsageError(`profile ${name}: its ${told.key} is for ${placeOf(its)}, and ${other}`, hint);
  }
  if (isEncrypted(its.scheme) && !isEncrypted(present.scheme)) {
    throw new UsageError(`profile ${name}: its ${told.key} is for a connection with TLS, and this has none`, hint);
  }
}

function isTold(field: Field): boolean {
  return field.name !== "properties" || holdsSecret(field);
}

/** Whether the value comes from the profile: nobody else said it, or hid it. */
function isTaken({ name }: Field, values: Values, given: Values): boolean {
  return JSON.stringify(values[name]) !== JSON.stringify(given[name]);
}

function addressOf(values: Values): Address {
  const url = values["URL"] as ParsedAddress | undefined; // of bench
  return url?.address ?? addressFrom(values as never);
}

function placeOf({ scheme, host, path }: Address): string {
  return scheme === "unix" ? `unix:${path}` : host.toLowerCase();
}
