import type { Readable, Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { LineWriter } from "./line-writer.ts";
import { safeLine } from "./safe-text.ts";

/** When colours are used; `auto` decides by the stream and by NO_COLOR and FORCE_COLOR. */
export type ColorChoice = "auto" | "always" | "never";

/** What the terminal is made of; tests hand in streams of their own. */
export interface TerminalParts {
  readonly stdin: () => Readable;
  readonly stdout: () => Writable;
  readonly stderr: () => Writable;
  /** True where people read stdout or stderr themselves; not asked before it matters, since asking takes time. */
  readonly stdoutIsTTY: () => boolean;
  readonly stderrIsTTY: () => boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls back on Ctrl-C and on a polite request to end; gives the way to take it back. */
  readonly onInterrupt: (callback: (signal: NodeJS.Signals) => void) => () => void;
  /** Calls back on SIGHUP from then on. */
  readonly onReload?: (callback: () => void) => void;
}

/** A picture that covers the terminal while it is there (`screen.ts`). */
export interface LivePicture {
  /** Shows a line about what is going on. */
  status(line: string): void;
  /** Gives the terminal back, as it was. */
  leave(): void;
}

/**
 * Where a command meets its user: results go to stdout, everything said about them to stderr.
 * Streams are opened when they are first used, because opening them costs time that a quick command does not have.
 */
export class Terminal {
  /** Says nothing but results. */
  isQuiet = false;
  color: ColorChoice = "auto";
  /** What covers the terminal now. */
  live: LivePicture | undefined;

  readonly #parts: TerminalParts;
  #out: LineWriter | undefined;
  #err: LineWriter | undefined;

  constructor(parts: TerminalParts) {
    this.#parts = parts;
  }

  get stdin(): Readable {
    return this.#parts.stdin();
  }

  /** stdout for many or remote bytes; on a TTY the caller makes them safe first (`safe-text.ts`). */
  get out(): LineWriter {
    this.#out ??= new LineWriter(this.#parts.stdout());
    return this.#out;
  }

  get stdoutIsTTY(): boolean {
    return this.#parts.stdoutIsTTY();
  }

  get stderrIsTTY(): boolean {
    return this.#parts.stderrIsTTY();
  }

  get environment(): Readonly<Record<string, string | undefined>> {
    return this.#parts.environment;
  }

  /** Our own text as a result, as it is; ends with a line feed of its own. */
  write(text: string): void {
    this.out.text(text);
  }

  /** One line about what is going on, to stderr; nothing in it can act on the terminal. */
  status(line: string): void {
    if (this.isQuiet) return;
    if (this.live !== undefined && this.stderrIsTTY) this.live.status(line);
    else this.writeError(`${safeLine(line)}\n`);
  }

  /** Like `status`, for what the user should know but what does not end the work. */
  warn(line: string): void {
    this.status(`mqtk: warning: ${line}`);
  }

  /** Text to stderr as it is, also when quiet: for errors, and for lines that carry colours of ours. */
  writeError(text: string): void {
    if (this.live !== undefined && this.stderrIsTTY) this.live.leave(); // it would be written into the picture, and lost
    this.err.text(text);
  }

  /** stderr for many lines. */
  get err(): LineWriter {
    this.#err ??= new LineWriter(this.#parts.stderr());
    return this.#err;
  }

  /** stderr itself, for what draws on it (progress). */
  get stderr(): Writable {
    return this.#parts.stderr();
  }

  /** How wide the terminal is; 80 where it does not say. */
  get columns(): number {
    return this.stdoutIsTTY ? (this.#parts.stdout() as Partial<WriteStream>).columns || 80 : 80;
  }

  /** How many lines the terminal shows; 24 where it does not say. */
  get rows(): number {
    return this.stdoutIsTTY ? (this.#parts.stdout() as Partial<WriteStream>).rows || 24 : 24;
  }

  /** Calls back when the terminal has got another size; the answer takes the callback back. */
  onResize(callback: () => void): () => void {
    const stdout = this.#parts.stdout();
    stdout.on("resize", callback);
    return () => stdout.off("resize", callback);
  }

  /** Whether text on this stream is coloured. */
  hasColors(stream: "stdout" | "stderr"): boolean {
    if (this.color !== "auto") return this.color === "always";
    const { NO_COLOR, FORCE_COLOR, TERM } = this.#parts.environment;
    if (NO_COLOR) return false;
    if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
    return (stream === "stdout" ? this.stdoutIsTTY : this.stderrIsTTY) && TERM !== "dumb";
  }

  /**
   * Calls back on the first Ctrl-C (or SIGTERM, SIGHUP), so that the command can end in good order; the next one ends
   * the process at once. Without a callback the first one does. The answer takes the callback back.
   */
  onInterrupt(callback: (signal: NodeJS.Signals) => void): () => void {
    return this.#parts.onInterrupt(callback);
  }

  /** Calls back whenever the process is asked to read its files again (SIGHUP, which then is no request to end). */
  onReload(callback: () => void): void {
    this.#parts.onReload?.(callback);
  }

  /** Resolves when everything written is out, or nobody reads it any more; rejects where it could not be written. */
  async flushed(): Promise<void> {
    this.live?.leave();
    await this.#out?.flushed();
    await this.#err?.flushed();
  }
}
