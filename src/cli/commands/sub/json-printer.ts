import type { ReceivedMessage } from "../../../client/index.ts";
import { messageToJson } from "../../message-json.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** A line of JSON for each message. */
export function jsonPrinter({
  out,
  stdoutIsTTY,
}: Pick<Terminal, "out" | "stdoutIsTTY">): (message: ReceivedMessage) => void {
  let lastTime = 0;
  let time = "";
  return (message) => {
    const now = Date.now();
    if (now !== lastTime) {
      lastTime = now;
      time = new Date(now).toISOString();
    }
    const line = messageToJson(message, time);
    // On a terminal also characters that JSON leaves as they are: they could reorder text there.
    out.text(stdoutIsTTY ? safeLine(line) : line);
    out.newline();
  };
}
