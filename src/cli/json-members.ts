import { isSame, RepeatedText } from "./repeated-text.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

/** What a byte is to the reader: the end of a run of plain characters, blank, or the end of a number or word. */
const PLAIN = 0;
const ENDS_RUN = 1;
const BLANK = 2;
const inString = classesOf((byte) => (byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? ENDS_RUN : PLAIN));
const outside = classesOf((byte) => {
  if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) return BLANK;
  return byte === COMMA || byte === BRACE_END ? ENDS_RUN : PLAIN;
});

/** By first byte: words that need no JSON.parse. */
const FREQUENT: (Frequent | undefined)[] = new Array(256);
for (const value of [true, false, null, 0, 1, 2]) {
  const bytes = Buffer.from(JSON.stringify(value));
  FREQUENT[bytes[0] as number] = { bytes, value };
}

interface Frequent {
  readonly bytes: Buffer;
  readonly value: unknown;
}

/**
 * The members of a JSON object, one after the other, where they lie in UTF-8 bytes. It accepts what JSON.parse accepts
 * and throws SyntaxError for everything else. Strings without escapes are not decoded unless asked for; what is rarer
 * is left to JSON.parse. A line of `pub --json` takes 0.5 µs this way, and took 1.5 µs with JSON.parse alone.
 */
export class JsonMembers {
  /** Of the member in hand. */
  name = "";
  /** The value is a string without escapes: the bytes from `textStart` to `textEnd` are its text. */
  isPlainText = false;
  textStart = 0;
  textEnd = 0;
  /** Some character of this object so far is not ASCII. */
  hasOtherThanAscii = false;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #index = 0;
  #parsed: unknown;
  /** By position: lines of one origin have their members in the same order. */
  readonly #names: RepeatedText[] = [];

  /** Begins with the object that is all of `bytes[from, to)`. */
  open(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.#end = to;
    this.#at = from;
    this.#index = 0;
    this.hasOtherThanAscii = false;
    this.#expect(BRACE);
  }

  /** Goes on to the next member; false behind the last one. */
  next(): boolean {
    this.#skipBlanks();
    if (this.#bytes[this.#at] === BRACE_END && this.#at < this.#end) {
      this.#at++;
      this.#skipBlanks();
      if (this.#at !== this.#end) throw unexpected();
      return false;
    }
    if (this.#index > 0) this.#expect(COMMA);
    this.#skipBlanks();
    this.#string();
    this.name = this.isPlainText ? this.#nameAt(this.#index) : (this.#parsed as string);
    this.#index++;
    this.#expect(COLON);
    this.#value();
    return true;
  }

  /** The value of the member in hand, as JSON.parse gives it. */
  get value(): unknown {
    return this.isPlainText ? this.#bytes.toString("utf8", this.textStart, this.textEnd) : this.#parsed;
  }

  #nameAt(index: number): string {
    this.#names[index] ??= new RepeatedText();
    return (this.#names[index] as RepeatedText).of(this.#bytes, this.textStart, this.textEnd);
  }

  #value(): void {
    this.#skipBlanks();
    const first = this.#bytes[this.#at];
    if (first === QUOTE) this.#string();
    else if (first === BRACE || first === BRACKET) this.#nested();
    else this.#word();
  }

  #string(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const start = this.#at;
    if (start >= end || bytes[start] !== QUOTE) throw unexpected();
    let at = start + 1;
    let seen = 0;
    while (at < end && inString[bytes[at] as number] === PLAIN) seen |= bytes[at++] as number;
    if (seen > 0x7f) this.hasOtherThanAscii = true;
    this.isPlainText = at < end && bytes[at] === QUOTE;
    if (this.isPlainText) {
      this.textStart = start + 1;
      this.textEnd = at;
      this.#at = at + 1;
    } else this.#parseUpTo(this.#endOfString(start));
  }

  /** Behind the quote that ends the string; JSON.parse tells what is wrong in it. */
  #endOfString(start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < this.#end; at++) {
      if (bytes[at] === QUOTE) return at + 1;
      if (bytes[at] === BACKSLASH) at++;
    }
    throw unexpected();
  }

  #nested(): void {
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = this.#at; at < this.#end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) at = this.#endOfString(at) - 1;
      else if (byte === BRACE || byte === BRACKET) depth++;
      else if (byte === BRACE_END || byte === BRACKET_END) {
        depth--;
        if (depth === 0) {
          this.#parseUpTo(at + 1);
          return;
        }
      }
    }
    throw unexpected();
  }

  /** A number, true, false or null. */
  #word(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    while (end < this.#end && outside[bytes[end] as number] === PLAIN) end++;
    const frequent = FREQUENT[bytes[start] as number];
    if (frequent === undefined || !isSame(frequent.bytes, bytes, start, end)) {
      this.#parseUpTo(end);
      return;
    }
    this.isPlainText = false;
    this.#parsed = frequent.value;
    this.#at = end;
  }

  #parseUpTo(end: number): void {
    this.isPlainText = false;
    let seen = 0;
    for (let at = this.#at; at < end; at++) seen |= this.#bytes[at] as number;
    if (seen > 0x7f) this.hasOtherThanAscii = true;
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#parsed = JSON.parse(text);
    this.#at = end;
  }

  #expect(byte: number): void {
    this.#skipBlanks();
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) throw unexpected();
    this.#at++;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && outside[this.#bytes[this.#at] as number] === BLANK) this.#at++;
  }
}

function classesOf(classify: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => classify(byte));
}

function unexpected(): SyntaxError {
  return new SyntaxError("not the members of an object");
}
