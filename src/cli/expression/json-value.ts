/** Larger payloads are not looked into, in bytes: reading JSON holds everything else up. */
const LONGEST = 8 * 1024 * 1024;

/**
 * A payload as expressions see it: what its JSON says, or else its text. Throws RangeError for one that is too long.
 * Values come from outside and their kind is told by `constructor`, so an object that has a key of this name becomes a Map.
 */
export function valueFrom(payload: Buffer): unknown {
  const text = textOf(payload);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return /constructor|\\u/.test(text) ? withMaps(value) : value;
}

/** The payload as text, with U+FFFD for what is no UTF-8. Throws RangeError for one that is too long. */
export function textOf(payload: Buffer): string {
  if (payload.length > LONGEST) throw new RangeError(`a payload of ${payload.length} bytes is not looked into`);
  return payload.toString("utf8");
}

function withMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMaps);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([name, inner]) => [name, withMaps(inner)]));
}
