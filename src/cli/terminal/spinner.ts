import type { Writable } from "node:stream";
import type { Terminal } from "./terminal.ts";

/** One moving line that tells what is being done. */
export interface Spinner {
  update(text: string): void;
  /** Takes the line away. */
  stop(): void;
}

const silent: Spinner = { update: () => {}, stop: () => {} };

/**
 * Starts a spinner on stderr that moves every `interval` milliseconds (absent: 80); where no person watches (no TTY,
 * `--quiet`), it does nothing and ora is not loaded.
 */
export async function startSpinner(
  terminal: Pick<Terminal, "stderrIsTTY" | "stderr" | "isQuiet" | "hasColors">,
  text: string,
  interval?: number,
): Promise<Spinner> {
  if (!terminal.stderrIsTTY || terminal.isQuiet) return silent;
  const { default: ora } = await import("ora");
  const stream = terminal.stderr as Writable & NodeJS.WriteStream;
  // In lines of no width a text takes infinitely many of them, which ora would wipe one by one.
  if (stream.columns === 0) stream.columns = 80;
  // discardStdin would put stdin into raw mode and take Ctrl-C away from us.
  const spinner = ora({
    text,
    stream,
    discardStdin: false,
    ...(interval === undefined ? {} : { interval }),
    ...(terminal.hasColors("stderr") ? {} : { color: false as const }),
  }).start();
  return {
    update: (next) => {
      spinner.text = next;
    },
    stop: () => {
      spinner.stop();
    },
  };
}
