import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { Terminal } from "./terminal.ts";

/**
 * Asks the person at the terminal, also where stdin is a pipe; only y and yes mean yes. Undefined where there is no
 * terminal.
 */
export async function askYes(question: string, terminal: Pick<Terminal, "writeError">): Promise<boolean | undefined> {
  let input: ReadStream;
  try {
    input = new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return undefined;
  }
  terminal.writeError(question);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      input.on("error", reject);
      input.on("end", () => resolve(""));
      input.once("data", (line: Buffer) => resolve(line.toString("utf8")));
    });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    input.destroy();
  }
}
