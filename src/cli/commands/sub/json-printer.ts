import type { ReceivedMessage } from "../../../client/index.ts";
import { MessageJson } from "../../message-to-json.ts";
import { safeJson } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** A line of JSON for each message; `more` adds members, with a comma before each. */
export function jsonPrinter(
  { out, stdoutIsTTY }: Pick<Terminal, "out" | "stdoutIsTTY">,
  more?: (message: ReceivedMessage) => string,
): (message: ReceivedMessage) => void {
  const json = new MessageJson();
  return (message) => {
    const line = json.line(message, Date.now());
    // On a terminal also characters that JSON leaves as they are: they could reorder text there.
    if (more !== undefined) {
      const whole = `${line.toString().slice(0, -1)}${more(message)}}`;
      out.text(stdoutIsTTY ? safeJson(whole) : whole);
    } else if (stdoutIsTTY) out.text(safeJson(line.toString()));
    else out.bytes(line.bytes, 0, line.length);
    out.newline();
  };
}
