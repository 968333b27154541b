import { writeSync } from "node:fs";
import terminalCodes from "ansi-escapes";
import { safeLine } from "./safe-text.ts";
import { guardScreen } from "./screen-guard.ts";
import type { Terminal } from "./terminal.ts";
import { shortened, widthOf } from "./text-width.ts";

/** A piece of a line: text that cannot act on the terminal, and how it looks. */
export interface Span {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

/** A line of the picture; what is wider than the screen is cut. */
export type Line = readonly Span[];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What shows now; asked for when it is drawn. `notice`: something that happened a moment ago. */
export type Picture = (size: Size, notice: string | undefined) => readonly Line[];

const { cursorHide, cursorShow, cursorTo, enterAlternativeScreen, eraseLine, eraseScreen, exitAlternativeScreen } =
  terminalCodes;
/** Lines that are too long stay one (DECAWM); text is plain again (SGR). */
const [NO_WRAP, WRAP, PLAIN] = ["\x1b[?7l", "\x1b[?7h", "\x1b[m"];
/** A screen of its own, without a cursor. */
const ENTER = `${enterAlternativeScreen}${cursorHide}${NO_WRAP}${eraseScreen}`;
const LEAVE = `${PLAIN}${WRAP}${cursorShow}${exitAlternativeScreen}`;
/** Between two pictures, in milliseconds: as quick as people read, and little to send over ssh. */
const INTERVAL = 200;
/** So long a notice stays, in milliseconds. */
const NOTICE = 10_000;

/**
 * A live picture on the terminal. Only lines that changed are written, all of a picture with one write, none while the
 * terminal is behind. However the process ends, the terminal is left as it was, also where it is killed.
 */
export class Screen {
  readonly #terminal: Terminal;
  readonly #picture: Picture;
  #shown: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #isOpen = false;
  #isLeft = false;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #notice: string | undefined;
  #noticeTimer: NodeJS.Timeout | undefined;
  readonly #takeBack: (() => void)[] = [];
  readonly #callOffGuard: () => void;

  /** The first picture comes with the first `refresh`, or after a second. */
  constructor(terminal: Terminal, picture: Picture) {
    this.#terminal = terminal;
    this.#picture = picture;
    terminal.live = this;
    this.#callOffGuard = guardScreen(LEAVE); // before anybody changes the keyboard
    this.#ticker = setInterval(() => this.refresh(), 1000).unref();
  }

  /** Something has changed: a new picture comes soon. */
  refresh(): void {
    if (this.#isLeft || this.#timer !== undefined) return;
    const wait = this.#drawnAt + INTERVAL - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.draw();
      },
      Math.max(0, wait),
    ).unref();
  }

  /** Draws now, as after a key. */
  draw(): void {
    if (this.#isLeft || this.#terminal.out.isFull) return;
    if (!this.#isOpen) this.#open();
    const { columns, rows } = this.#terminal;
    const lines = this.#picture({ columns, rows }, this.#notice);
    let changes = "";
    for (let row = 0; row < rows; row++) {
      const text = painted(lines[row] ?? [], columns);
      if (text === this.#shown[row]) continue;
      this.#shown[row] = text;
      changes += `${cursorTo(0, row)}${eraseLine}${text}`;
    }
    if (changes !== "") this.#terminal.out.text(changes);
    this.#drawnAt = performance.now();
  }

  /** Something happened that people should know. */
  status(line: string): void {
    this.#notice = safeLine(line);
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.#notice = undefined;
      this.refresh();
    }, NOTICE).unref();
    this.refresh();
  }

  /** Gives the terminal back, as it was. */
  leave(): void {
    if (this.#isLeft) return;
    // What came last was not drawn yet where it was the last of all.
    if (this.#timer !== undefined) this.draw();
    this.#isLeft = true;
    for (const timer of [this.#timer, this.#ticker, this.#noticeTimer]) clearTimeout(timer);
    for (const takeBack of this.#takeBack) takeBack();
    this.#terminal.live = undefined;
    this.#callOffGuard();
    if (!this.#isOpen) return;
    this.#terminal.out.text(LEAVE);
    this.#terminal.out.flush();
  }

  /** Draws everything anew: after somebody else wrote on the screen. */
  redraw(): void {
    this.#shown = [];
    if (this.#isOpen) this.#terminal.out.text(eraseScreen);
    this.draw();
  }

  #open(): void {
    this.#isOpen = true;
    this.#terminal.out.text(ENTER);
    const leave = (): void => {
      try {
        writeSync(1, LEAVE);
      } catch {
        // Nobody is there any more.
      }
    };
    const leaveAtOnce = (): void => {
      this.#callOffGuard();
      leave();
    };
    const stop = (): void => {
      this.#terminal.out.flush();
      leave();
      process.kill(process.pid, "SIGSTOP");
    };
    const goOn = (): void => {
      this.#terminal.out.text(ENTER);
      this.redraw();
    };
    this.#takeBack.push(this.#terminal.onResize(() => this.redraw()));
    // The last resort: whatever ends the process, a crash too, comes by here.
    process.once("exit", leaveAtOnce);
    process.on("SIGTSTP", stop);
    process.on("SIGCONT", goOn);
    this.#takeBack.push(() => {
      process.off("exit", leaveAtOnce);
      process.off("SIGTSTP", stop);
      process.off("SIGCONT", goOn);
    });
  }
}

/** A line as it is written: no wider than the screen. */
export function painted(line: Line, columns: number): string {
  let left = columns;
  let text = "";
  for (const span of line) {
    if (left <= 0) break;
    const part = shortened(span.text, left);
    left -= widthOf(part);
    text += span.paint === undefined ? part : span.paint(part);
  }
  return text;
}
