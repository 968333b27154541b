import { Writable } from "node:stream";
import type { ReceivedMessage } from "../../../client/index.ts";
import { UsageError } from "../../../errors.ts";
import { type Address, placeOf } from "../../../transport/index.ts";
import { previewOf } from "../../live/preview.ts";
import { Screen } from "../../terminal/screen.ts";
import { Terminal } from "../../terminal/terminal.ts";
import { themeFor } from "../../terminal/theme.ts";
import type { SubValues } from "./definition.ts";
import { type Place, printerFor } from "./message-printer.ts";
import { watchPicture } from "./watch-picture.ts";
import { WatchedTopics } from "./watched-topics.ts";

/** A line for each topic, written over by its next message, until the terminal is left. Throws UsageError where there is none. */
export async function watching(
  values: SubValues,
  terminal: Terminal,
  address: Address,
  clientId: () => string,
): Promise<(message: ReceivedMessage) => void> {
  checkPlace(values, terminal);
  const topics = new WatchedTopics();
  const theme = themeFor(terminal, "stdout");
  const settings = { title: placeOf(address), isWhole: values.format !== undefined };
  const lineOf = await lineFrom(values, terminal, { clientId, host: address.host });
  const screen = new Screen(terminal, (size, notice) =>
    watchPicture(topics, size, settings, theme, { now: performance.now(), notice }),
  );
  return (message) => {
    const { topic, payload } = message;
    topics.take({ topic, size: payload.length, payload, text: lineOf?.(message) }, performance.now());
    screen.refresh();
  };
}

function checkPlace({ debug }: SubValues, { stdoutIsTTY, stderrIsTTY, environment }: Terminal): void {
  const hint = "leave it out: every message is a line then";
  if (!stdoutIsTTY) throw new UsageError("--watch needs a terminal, and stdout is none", hint);
  if (environment["TERM"] === "dumb") throw new UsageError("--watch needs a terminal that can move its cursor", hint);
  if (debug && stderrIsTTY) {
    throw new UsageError("--watch and --debug would write over each other", "send stderr to a file: 2>debug.log");
  }
}

/** What printers write, as one line; undefined where the payload itself is shown. */
async function lineFrom(
  values: SubValues,
  terminal: Terminal,
  place: Place,
): Promise<((message: ReceivedMessage) => string) | undefined> {
  if (values.format === undefined && values.decode === undefined) return undefined;
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  // Printers make safe what they write to a terminal.
  const inner = new Terminal({
    stdin: () => terminal.stdin,
    stdout: () => sink,
    stderr: () => terminal.stderr,
    stdoutIsTTY: () => true,
    stderrIsTTY: () => terminal.stderrIsTTY,
    environment: terminal.environment,
    onInterrupt: () => () => {},
  });
  inner.color = "never";
  inner.status = (line) => terminal.status(line);
  const print = await printerFor({ ...values, verbose: false, noNewline: true, pretty: false }, inner, place);
  return (message) => {
    print(message);
    inner.out.flush();
    return previewOf(Buffer.concat(chunks.splice(0)));
  };
}
