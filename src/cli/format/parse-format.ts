import { UsageError } from "../../errors.ts";

/** How a field is laid out: `%-010.3t`. */
export interface Layout {
  readonly isLeft: boolean;
  readonly pad: " " | "0";
  readonly width: number;
  readonly precision: number | undefined;
  /** Between groups of `precision` hexadecimal digits. */
  readonly separator: string;
}

/** A piece of a format. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly layout: Layout }
  | { readonly kind: "path"; readonly path: readonly string[]; readonly layout: Layout }
  | { readonly kind: "user-property"; readonly name: string; readonly layout: Layout }
  | { readonly kind: "time"; readonly letter: string };

/** The letters of mosquitto_sub 2.1, and then ours. */
const LETTERS = "%ACDdEFfIjJlmPpqRrStUxXbchni";
const SEPARATORS = "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~ ";
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "0": "\0",
  a: "\x07",
  e: "\x1b",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads a format as mosquitto_sub does. Throws UsageError with the place that is wrong. */
export function parseFormat(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  const add = (piece: Piece): void => {
    if (text !== "") pieces.push({ kind: "text", text });
    text = "";
    pieces.push(piece);
  };
  const characters = [...format];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at] as string;
    const next = characters[at + 1];
    if (character === "%") {
      const { piece, end } = parseField(characters, at + 1);
      if (piece.kind === "text") text += piece.text;
      else add(piece);
      at = end;
    } else if (character === "@") {
      if (next === undefined) throw incomplete("@");
      if (next === "@") text += "@";
      else add({ kind: "time", letter: next });
      at += 2;
    } else if (character === "\\") {
      if (next === undefined) throw incomplete("\\");
      const escaped = ESCAPES[next];
      if (escaped === undefined)
        throw new UsageError(`\\${next} is no escape`, "there are \\\\ \\0 \\a \\e \\n \\r \\t \\v");
      text += escaped;
      at += 2;
    } else {
      text += character;
      at += 1;
    }
  }
  if (text !== "") pieces.push({ kind: "text", text });
  return pieces;
}

function parseField(characters: readonly string[], start: number): { piece: Piece; end: number } {
  let at = start;
  let isLeft = false;
  let pad: Layout["pad"] = " ";
  if (characters[at] === "-") {
    isLeft = true;
    at += 1;
  }
  if (characters[at] === "0") {
    pad = "0";
    at += 1;
  }
  const number = (): number => {
    let digits = "";
    while (/^\d$/.test(characters[at] ?? "")) digits += characters[at++];
    if (digits.length > 6) throw new UsageError(`%${digits}: wider than 999999`);
    return Number(digits);
  };
  const width = number();
  let precision: number | undefined;
  if (characters[at] === ".") {
    at += 1;
    precision = number();
  }
  const layoutWith = (separator: string): Layout => ({ isLeft, pad, width, precision, separator });
  const first = characters[at];
  if (first === undefined) throw incomplete(characters.slice(start - 1).join(""));
  if (first === "{" || first === "[") {
    const close = characters.indexOf(first === "{" ? "}" : "]", at);
    // `%.2{x` is a separator, as with mosquitto_sub; a path has a closing bracket.
    if (close > at + 1) {
      const inside = characters.slice(at + 1, close).join("");
      const layout = layoutWith("");
      const piece: Piece =
        first === "{"
          ? { kind: "path", path: pathFrom(inside), layout }
          : { kind: "user-property", name: inside, layout };
      return { piece, end: close + 1 };
    }
  }
  let separator = "";
  if (SEPARATORS.includes(first)) {
    separator = first;
    at += 1;
  }
  const letter = characters[at];
  if (letter === undefined) throw incomplete(characters.slice(start - 1).join(""));
  if (!LETTERS.includes(letter))
    throw new UsageError(`%${letter} is unknown`, "mqtk sub --help lists what can follow %");
  const layout = layoutWith(separator === "" ? " " : separator);
  return { piece: letter === "%" ? { kind: "text", text: "%" } : { kind: "field", letter, layout }, end: at + 1 };
}

/** `a.b[0].c`, also `a.b.0.c`. */
function pathFrom(text: string): readonly string[] {
  return text
    .replaceAll(/\[(\w+)\]/g, ".$1")
    .split(".")
    .filter((part) => part !== "");
}

function incomplete(text: string): UsageError {
  return new UsageError(
    `${text} is incomplete at the end of the format`,
    `write ${text[0]}${text[0]} for ${text[0]} itself`,
  );
}
