/** More than this of one payload is not shown on a terminal (a pipe gets everything). */
const SHOWN = 64 * 1024;

/** Made when the first text comes: they take a quarter of a millisecond, and most runs of `pub` show none. */
let patterns: ReturnType<typeof makePatterns> | undefined;

function makePatterns() {
  // What a terminal must never get from outside: C0 and C1 control characters, DEL, line and paragraph separators,
  // characters that reorder text or cannot be seen, unpaired surrogates.
  const unsafe =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/u;
  // Marks that stack on one letter beyond this are an attack on the screen, not a language.
  const stackedMarks = /\p{M}{9,}/u;
  return {
    unsafe,
    stackedMarks,
    everyUnsafe: new RegExp(unsafe, "gu"),
    everyUnsafeButLayout: new RegExp(`(?![\\t\\n])${unsafe.source}`, "gu"),
    everyStack: new RegExp(stackedMarks, "gu"),
  };
}

/** One line that cannot act on a terminal: for topics, client ids, reason strings, error messages. */
export function safeLine(text: string): string {
  return escapeAll(text, "everyUnsafe");
}

/** The same for text of several lines: line feeds and tabs stay. */
export function safeText(text: string): string {
  return escapeAll(text, "everyUnsafeButLayout");
}

/** JSON that cannot act on a terminal, and still is the same JSON: line feeds and tabs stay, since strings have none. */
export function safeJson(json: string): string {
  return escapeAll(json, "everyUnsafeButLayout", escapedInJson);
}

/** A payload for people: UTF-8 where it is, other bytes as `\xNN`, and no more than a screen can take. */
export function safePayload(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (bytes.length <= SHOWN) return safeText(decodeShowing(bytes));
  return `${safeText(decodeShowing(bytes.subarray(0, startOfCharacter(bytes, SHOWN))))}… (${bytes.length} B)`;
}

function escapeAll(text: string, which: "everyUnsafe" | "everyUnsafeButLayout", escaping = escaped): string {
  patterns ??= makePatterns();
  const { unsafe, stackedMarks, everyStack } = patterns;
  if (!unsafe.test(text) && !stackedMarks.test(text)) return text;
  return text.replace(patterns[which], escaping).replace(everyStack, (marks) => Array.from(marks, escaping).join(""));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

function escapedInJson(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Decodes UTF-8; bytes that are not part of it become `\xNN`, each for itself. */
function decodeShowing(bytes: Buffer): string {
  const decoded = bytes.toString("utf8");
  if (!decoded.includes("\ufffd")) return decoded;
  let shown = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOfCharacter(bytes, at);
    shown += length === 0 ? escaped(String.fromCharCode(bytes[at] as number)) : bytes.toString("utf8", at, at + length);
    at += length || 1;
  }
  return shown;
}

/** The length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0 where there is none. */
function lengthOfCharacter(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** The last place at or before `at` where a character starts, so that a cut does not split one. */
function startOfCharacter(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 3 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  return start;
}
