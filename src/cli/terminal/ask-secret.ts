import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { MqtkError } from "../../errors.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks the person at the terminal for something that is not shown while it is typed, also where stdin is a pipe.
 * Undefined where there is no terminal.
 */
export async function askSecret(
  question: string,
  terminal: Pick<Terminal, "writeError" | "err">,
): Promise<string | undefined> {
  let input: ReadStream;
  try {
    input = new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return undefined;
  }
  input.setRawMode(true); // before anybody knows that they may type
  terminal.writeError(question);
  try {
    return await readLine(input);
  } finally {
    input.setRawMode(false);
    input.destroy();
    terminal.writeError("\n");
    await terminal.err.flushed(); // before anything on stdout
  }
}

function readLine(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = "";
    input.setEncoding("utf8");
    input.on("error", reject);
    input.on("data", (chunk: string) => {
      for (const character of chunk) {
        if (character === "\r" || character === "\n") resolve(typed);
        else if (character === "\x03") reject(new MqtkError("interrupted", "interrupted"));
        else if (character === "\x04" && typed === "") resolve(typed);
        else if (character === "\x7f" || character === "\b") typed = [...typed].slice(0, -1).join("");
        else if (character === "\x15") typed = "";
        else if (character >= " ") typed += character;
      }
    });
  });
}
