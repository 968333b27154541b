import type { ReceivedMessage } from "../../../client/index.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";

const SPACE = 0x20;

/** How messages are written, decided once: exact bytes for a pipe or file, text that cannot act on it for a terminal. */
export function printerFor(
  { verbose, noNewline }: Pick<SubValues, "verbose" | "noNewline">,
  { out, stdoutIsTTY }: Pick<Terminal, "out" | "stdoutIsTTY">,
): (message: Pick<ReceivedMessage, "topic" | "payload">) => void {
  return ({ topic, payload }) => {
    // As mosquitto_sub does it: an empty payload prints nothing, or "(null)" behind its topic.
    const isEmpty = payload.length === 0;
    if (isEmpty && !verbose) return;
    if (verbose) {
      out.text(stdoutIsTTY ? safeLine(topic) : topic);
      out.byte(SPACE);
    }
    if (isEmpty) out.text("(null)");
    else if (stdoutIsTTY) out.text(safePayload(payload));
    else out.bytes(payload);
    if (!noNewline) out.newline();
  };
}
