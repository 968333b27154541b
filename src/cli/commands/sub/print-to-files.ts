import { Writable } from "node:stream";
import type { ReceivedMessage } from "../../../client/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { OutputFile } from "../../output-file.ts";
import { LineWriter } from "../../terminal/line-writer.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";
import { MessageFolder } from "./message-folder.ts";
import { type Place, printerFor } from "./message-printer.ts";

/** Messages go to files, until they are closed. */
export interface FilePrinter {
  readonly print: (message: ReceivedMessage) => void;
  readonly close: () => void;
}

/** For `--output` and `--save-dir`. `onFailure` hears of what could not be written. */
export async function printToFiles(
  values: SubValues,
  terminal: Terminal,
  place: Place,
  onFailure: (error: unknown) => void,
): Promise<FilePrinter> {
  checkCombination(values);
  const { output, saveDir } = values;
  if (saveDir !== undefined) {
    const folder = new MessageFolder(saveDir);
    const { out, stdoutIsTTY } = terminal;
    const print = ({ topic, payload }: ReceivedMessage): void => {
      try {
        const name = folder.save(topic, payload, performance.timeOrigin + performance.now());
        out.text(stdoutIsTTY ? safeLine(name) : name);
        out.newline();
      } catch (error) {
        if (!isMqtkError(error)) throw error;
        onFailure(error);
      }
    };
    return { print, close: () => {} };
  }
  const { rotateSize, rotateEvery, keep } = values;
  const file = new OutputFile(output as string, { size: rotateSize, time: rotateEvery, keep }, onFailure);
  // What is printed of one message is one piece for the file, which is never cut.
  const pieces: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      pieces.push(Buffer.from(chunk));
      done();
    },
  });
  const out = new LineWriter(sink);
  const warn = (line: string): void => terminal.warn(line);
  const toFile = { out, stdoutIsTTY: false, warn } as unknown as Terminal;
  const print = await printerFor(values, toFile, place);
  return {
    print: (message) => {
      print(message);
      out.flush();
      const [first = NOTHING, ...more] = pieces.splice(0);
      const piece = more.length === 0 ? first : Buffer.concat([first, ...more]);
      if (piece.length > 0) file.line(piece, 0, piece.length, NOTHING);
    },
    close: () => file.close(),
  };
}

const NOTHING = Buffer.alloc(0);

function checkCombination({ output, saveDir, rotateSize, rotateEvery, keep, ...values }: SubValues): void {
  const contradict = (one: string, other: string): never => {
    throw new UsageError(`${one} and ${other} contradict each other`, "give one of them");
  };
  if (output !== undefined && saveDir !== undefined) contradict("--output", "--save-dir");
  const given = output === undefined ? "--save-dir" : "--output";
  if (values.watch) contradict(given, "--watch");
  if (values.messageRate) contradict(given, "--message-rate");
  if (saveDir !== undefined) {
    if (values.json) contradict("--save-dir", "--json");
    if (values.format !== undefined) contradict("--save-dir", "--format");
    if (values.decode !== undefined) contradict("--save-dir", "--decode");
  }
  if (output === undefined && [rotateSize, rotateEvery, keep].some((value) => value !== undefined)) {
    throw new UsageError("--rotate-size, --rotate-every and --keep need --output");
  }
  if (keep !== undefined && rotateSize === undefined && rotateEvery === undefined) {
    throw new UsageError("--keep needs --rotate-size or --rotate-every");
  }
}
