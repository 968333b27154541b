import { Readable, Writable } from "node:stream";
import { Terminal } from "../../src/cli/terminal/terminal.ts";

/** A stream that keeps what is written to it. */
export class MemorySink extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
    this.emit("written");
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** A terminal without a process: its streams are kept, and the test presses Ctrl-C. */
export interface MemoryTerminal {
  readonly terminal: Terminal;
  /** What was printed; complete after `await terminal.flushed()`, which these do first. */
  stdout(): Promise<string>;
  stderr(): Promise<string>;
  /** Resolves with the match once stdout (or stderr) holds it; the test's own deadline ends the wait. */
  waitFor(pattern: RegExp, stream?: "stdout" | "stderr"): Promise<RegExpExecArray>;
  interrupt(): void;
  /** The window gets another size. */
  resize(columns: number, rows: number): void;
}

export function memoryTerminal(
  options: {
    readonly tty?: boolean;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    /** Columns and rows. */
    readonly size?: readonly [number, number];
  } = {},
): MemoryTerminal {
  const out = new MemorySink();
  const err = new MemorySink();
  const { size: [columns, rows] = [80, 24] } = options;
  Object.assign(out, { columns, rows });
  const onInterrupt = new Set<(signal: NodeJS.Signals) => void>();
  const isTTY = options.tty ?? false;
  const terminal = new Terminal({
    stdin: () => Readable.from([Buffer.from(options.input ?? "")]),
    stdout: () => out,
    stderr: () => err,
    stdoutIsTTY: () => isTTY,
    stderrIsTTY: () => isTTY,
    environment: options.env ?? {},
    onInterrupt: (callback) => {
      onInterrupt.add(callback);
      return () => onInterrupt.delete(callback);
    },
  });
  const textOf = async (sink: MemorySink): Promise<string> => {
    await terminal.flushed();
    return sink.bytes.toString("utf8");
  };
  return {
    terminal,
    stdout: () => textOf(out),
    stderr: () => textOf(err),
    waitFor: (pattern, stream = "stdout") => {
      const sink = stream === "stdout" ? out : err;
      return new Promise((resolve) => {
        const look = (): void => {
          const found = pattern.exec(sink.bytes.toString("utf8"));
          if (!found) return;
          sink.off("written", look);
          resolve(found);
        };
        sink.on("written", look);
        look();
      });
    },
    resize: (nowColumns, nowRows) => {
      Object.assign(out, { columns: nowColumns, rows: nowRows });
      out.emit("resize");
    },
    interrupt: () => {
      for (const callback of onInterrupt) callback("SIGINT");
    },
  };
}
