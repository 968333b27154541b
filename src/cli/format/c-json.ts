/** How deep arrays and objects may lie in each other. */
const DEEPEST = 1000;

/**
 * Reads JSON and prints it again, member by member in their order (repeated names too), as mosquitto_sub does with the
 * payload for `%J`. Both texts are in latin1: a character a byte. Undefined where the text is not JSON.
 */
export function reprintJson(text: string, isPretty: boolean, depth: number): string | undefined {
  return new Reprinter(text, isPretty).whole(depth);
}

/** As cJSON writes text: no more is escaped than must be. */
export function jsonString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  return `"${text.replaceAll(/["\\\u0000-\u001f]/g, escaped)}"`;
}

/** A member list as cJSON lays it out. */
export function jsonObject(members: readonly string[], isPretty: boolean, depth: number): string {
  if (!isPretty) return `{${members.join(",")}}`;
  const indent = "\t".repeat(depth + 1);
  const lines = members.map((member) => `${indent}${member}`);
  return `{\n${lines.join(",\n")}${lines.length > 0 ? "\n" : ""}${"\t".repeat(depth)}}`;
}

export function jsonMember(name: string, value: string, isPretty: boolean): string {
  return `${jsonString(name)}:${isPretty ? "\t" : ""}${value}`;
}

function escaped(character: string): string {
  const short: Readonly<Record<string, string>> = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
  };
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** As C prints it with 15 digits, and 17 where those lose something. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return String(value);
  const short = toG(value, 15);
  return Number(short) === value ? short : toG(value, 17);
}

/** `%.*g` of C. */
function toG(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < digits) {
    const fixed = value.toFixed(Math.max(0, digits - 1 - power));
    return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  }
  const bare = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${bare}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

class Reprinter {
  readonly #text: string;
  readonly #isPretty: boolean;
  #at = 0;

  constructor(text: string, isPretty: boolean) {
    this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
    this.#isPretty = isPretty;
  }

  whole(depth: number): string | undefined {
    this.#skip();
    const printed = this.#value(depth);
    this.#skip();
    return this.#at === this.#text.length ? printed : undefined;
  }

  #skip(): void {
    while (this.#at < this.#text.length && this.#text.charCodeAt(this.#at) <= 32) this.#at += 1;
  }

  #value(depth: number): string | undefined {
    if (depth > DEEPEST) return undefined;
    const rest = this.#text[this.#at];
    if (rest === "{") return this.#object(depth);
    if (rest === "[") return this.#array(depth);
    if (rest === '"') {
      const text = this.#string();
      return text === undefined ? undefined : jsonString(text);
    }
    for (const word of ["null", "true", "false"]) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return word;
      }
    }
    return this.#number();
  }

  #number(): string | undefined {
    const pattern = /-?\d+(\.\d*)?([eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    return jsonNumber(Number(found));
  }

  #string(): string | undefined {
    // Control characters may stand in it as they are.
    const pattern = /"((?:[^"\\]+|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    let isValid = true;
    const text = (found[1] as string).replaceAll(/((?:\\u[0-9a-fA-F]{4})+)|\\(.)/g, (_all, codes, letter: string) => {
      if (codes === undefined) return UNESCAPED[letter] as string;
      const unescaped = String.fromCharCode(
        ...codes
          .split("\\u")
          .slice(1)
          .map((code: string) => Number.parseInt(code, 16)),
      );
      isValid &&= !/\p{Cs}/u.test(unescaped);
      return Buffer.from(unescaped).toString("latin1");
    });
    return isValid ? text : undefined;
  }

  #array(depth: number): string | undefined {
    this.#at += 1;
    const items: string[] = [];
    this.#skip();
    while (this.#text[this.#at] !== "]" || items.length > 0) {
      this.#skip();
      const item = this.#value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      this.#skip();
      const end = this.#text[this.#at++];
      if (end === "]") return `[${items.join(this.#isPretty ? ", " : ",")}]`;
      if (end !== ",") return undefined;
    }
    this.#at += 1;
    return "[]";
  }

  #object(depth: number): string | undefined {
    this.#at += 1;
    const members: string[] = [];
    this.#skip();
    while (this.#text[this.#at] !== "}" || members.length > 0) {
      this.#skip();
      const name = this.#text[this.#at] === '"' ? this.#string() : undefined;
      this.#skip();
      if (name === undefined || this.#text[this.#at++] !== ":") return undefined;
      this.#skip();
      const value = this.#value(depth + 1);
      if (value === undefined) return undefined;
      members.push(jsonMember(name, value, this.#isPretty));
      this.#skip();
      const end = this.#text[this.#at++];
      if (end === "}") return jsonObject(members, this.#isPretty, depth);
      if (end !== ",") return undefined;
    }
    this.#at += 1;
    return jsonObject([], this.#isPretty, depth);
  }
}

const UNESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
