import { safePayload } from "../../terminal/safe-text.ts";

/** What became different: gone (-), new (+), or another value (~). */
export interface Change {
  readonly kind: "+" | "-" | "~";
  readonly text: string;
}

/** Beyond so many changes the rest is counted. */
const SHOWN = 100;
/** Lines that are compared with each other, at most, on each side; beyond, all of them are replaced. */
const COMPARED = 400;
const DEPTH = 100;

/** From one payload to the next: by the members of JSON where both are JSON, else by lines. Empty: they mean the same. */
export function differenceOf(before: Buffer, after: Buffer): readonly Change[] {
  if (before.equals(after)) return [];
  const [old, next] = [parsed(before), parsed(after)];
  const changes =
    (old !== undefined && next !== undefined ? changesOfJson(old.value, next.value) : undefined) ??
    lineChanges(linesOf(before), linesOf(after));
  if (changes.length <= SHOWN) return changes;
  return [...changes.slice(0, SHOWN), { kind: "~", text: `… ${changes.length - SHOWN} more changes` }];
}

/** Undefined for what is nested too deeply to be written. */
function changesOfJson(old: unknown, next: unknown): readonly Change[] | undefined {
  try {
    return [...jsonChanges("", old, next, 0)];
  } catch {
    return undefined;
  }
}

function parsed(payload: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload.toString("utf8")) };
  } catch {
    return undefined;
  }
}

function* jsonChanges(path: string, old: unknown, next: unknown, depth: number): Generator<Change> {
  if (depth < DEPTH && isContainer(old) && isContainer(next) && Array.isArray(old) === Array.isArray(next)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const below = Array.isArray(old) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
      const [isOld, isNew] = [Object.hasOwn(old, name), Object.hasOwn(next, name)];
      if (isOld && isNew) yield* jsonChanges(below, old[name], next[name], depth + 1);
      else if (isOld) yield { kind: "-", text: `${below}: ${JSON.stringify(old[name])}` };
      else yield { kind: "+", text: `${below}: ${JSON.stringify(next[name])}` };
    }
    return;
  }
  const [from, to] = [JSON.stringify(old), JSON.stringify(next)];
  if (from === to) return;
  const change = typeof old === "number" && typeof next === "number" ? ` (${signed(next - old)})` : "";
  yield { kind: "~", text: `${path === "" ? "" : `${path}: `}${from} → ${to}${change}` };
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function signed(change: number): string {
  const text = String(Number(change.toPrecision(6)));
  return change > 0 ? `+${text}` : text;
}

function linesOf(payload: Buffer): readonly string[] {
  return safePayload(payload).split("\n");
}

/** The longest common lines stay; what is around them is gone or new. */
function lineChanges(old: readonly string[], next: readonly string[]): readonly Change[] {
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let end = 0;
  while (end < old.length - start && end < next.length - start && old.at(-1 - end) === next.at(-1 - end)) end++;
  const gone = old.slice(start, old.length - end);
  const come = next.slice(start, next.length - end);
  const only = (kind: "+" | "-") => (text: string) => ({ kind, text });
  if (gone.length === 1 && come.length === 1 && old.length === 1) {
    return [{ kind: "~", text: `${gone[0]} → ${come[0]}` }];
  }
  if (gone.length > COMPARED || come.length > COMPARED) return [...gone.map(only("-")), ...come.map(only("+"))];
  const width = come.length + 1;
  /** By the two places where the rests begin: how many lines the rests have in common. */
  const common = new Uint16Array((gone.length + 1) * width);
  for (let i = gone.length - 1; i >= 0; i--) {
    for (let j = come.length - 1; j >= 0; j--) {
      common[i * width + j] =
        gone[i] === come[j]
          ? (common[(i + 1) * width + j + 1] as number) + 1
          : Math.max(common[(i + 1) * width + j] as number, common[i * width + j + 1] as number);
    }
  }
  const changes: Change[] = [];
  for (let i = 0, j = 0; i < gone.length || j < come.length; ) {
    if (i < gone.length && j < come.length && gone[i] === come[j]) {
      i++;
      j++;
    } else if (
      j === come.length ||
      (i < gone.length && (common[(i + 1) * width + j] as number) >= (common[i * width + j + 1] as number))
    ) {
      changes.push({ kind: "-", text: gone[i++] as string });
    } else changes.push({ kind: "+", text: come[j++] as string });
  }
  return changes;
}
