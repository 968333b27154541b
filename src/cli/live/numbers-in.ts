/** Numbers of a payload that are told apart, and how deep they are looked for. */
const FIELDS = 20;
const DEPTH = 4;

/** The numbers in a payload by their names: `""` for a payload that is a number, "limits.low" in JSON. */
export function numbersIn(payload: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const text = payload.trim();
  if (text === "") return found;
  const number = Number(text);
  if (Number.isFinite(number)) return found.set("", number);
  if (text[0] !== "{" && text[0] !== "[") return found;
  try {
    collect(JSON.parse(text), "", 0, found);
  } catch {
    // No JSON: there are none.
  }
  return found;
}

function collect(value: unknown, path: string, depth: number, found: Map<string, number>): void {
  if (typeof value === "number") found.set(path, value);
  if (typeof value !== "object" || value === null || depth === DEPTH) return;
  for (const [name, member] of Object.entries(value)) {
    if (found.size >= FIELDS) return;
    collect(member, path === "" ? name : `${path}.${name}`, depth + 1, found);
  }
}
