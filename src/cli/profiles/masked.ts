import type { Storable } from "./storable.ts";

const HIDDEN = "***";

type Shown = Pick<Storable, "option"> & { readonly text: string | readonly string[] };

/** Whether the value has something in it that only its owner should see. */
export function holdsSecret(field: Shown): boolean {
  return JSON.stringify(masked(field)) !== JSON.stringify(field.text);
}

/** The value, with stars for passwords, keys, the contents of headers and what stands behind the ? of a URL. */
export function masked({ option, text }: Shown): string | readonly string[] {
  return typeof text === "string" ? maskedOne(option, text) : text.map((one) => maskedOne(option, one));
}

function maskedOne({ secret, flags }: Storable["option"], text: string): string {
  if (/authentication-data/.test(text)) return text.replace(/(authentication-data[ \0]).*$/s, `$1${HIDDEN}`);
  if (!secret) return text;
  if (flags.includes("<url>")) return maskedUrl(text);
  if (flags.includes("<target>")) return maskedTarget(text);
  const header = /^[^:]*: */.exec(text)?.[0];
  return flags.includes("<header>") && header !== undefined ? `${header}${HIDDEN}` : HIDDEN;
}

/** Of `bench --target NAME=…`: only a URL can hold a password that is known to be one. */
function maskedTarget(text: string): string {
  const [, name = "", rest = ""] = /^([^=:/]+=)?(.*)$/s.exec(text) ?? [];
  return rest.startsWith("cmd:") ? text : name + maskedUrl(rest);
}

function maskedUrl(text: string): string {
  const [scheme = ""] = /^[^:/]+:\/\//.exec(text) ?? [];
  // A colon before a port is none before a password, whatever @ a topic may have.
  const rest = text.slice(scheme.length).replace(/^([^:@/[]*):(?!\d+\/).*@/s, `$1:${HIDDEN}@`);
  return `${scheme}${rest.replace(/\?.*$/s, `?${HIDDEN}`)}`;
}
