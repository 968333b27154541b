/** A key by its name, or the character that was typed. */
export type Key = string;

const NAMES: Readonly<Record<string, Key>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOB": "down",
  "\x1bOC": "right",
  "\x1bOD": "left",
  "\x1b[5~": "page-up",
  "\x1b[6~": "page-down",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1bOH": "home",
  "\x1bOF": "end",
  "\x1b[1~": "home",
  "\x1b[4~": "end",
  "\x1b": "escape",
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "interrupt",
  "\x1a": "suspend",
};

/** A key that begins like others is that key if nothing follows in this time, in milliseconds. */
const PAUSE = 30;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals send for keys
const SEQUENCE = /\x1b\[[\d;]*[A-Za-z~]|\x1bO[A-Za-z]|\p{Any}/gu;
/** At the end of what came: the rest may be on its way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of what terminals send for keys
const BEGUN = /\x1b(?:\[[\d;]*|O)?$/;

/** Bytes of a terminal in raw mode → keys. Sequences that mean no key of ours are left out. */
export class KeyReader {
  readonly #onKey: (key: Key) => void;
  #begun = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(onKey: (key: Key) => void) {
    this.#onKey = onKey;
  }

  push(typed: string): void {
    clearTimeout(this.#timer);
    const text = this.#begun + typed;
    this.#begun = BEGUN.exec(text)?.[0] ?? "";
    for (const [part] of text.slice(0, text.length - this.#begun.length).matchAll(SEQUENCE)) this.#give(part);
    if (this.#begun !== "") this.#wait(this.#begun);
  }

  #wait(part: string): void {
    this.#timer = setTimeout(() => {
      this.#begun = "";
      this.#give(part);
    }, PAUSE);
  }

  #give(part: string): void {
    const key = NAMES[part];
    if (key !== undefined) this.#onKey(key);
    else if (!part.startsWith("\x1b") && part >= " ") this.#onKey(part);
  }
}
