import type { ReceivedMessage } from "../../../client/index.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { jsonPrinter } from "../sub/json-printer.ts";

/** A payload is shown up to here; --json has all of it. */
const PREVIEW = 200;

/** A line for each message: QoS, bytes, topic, payload; on a terminal no longer than it is wide. */
export function listPrinter(asJson: boolean, terminal: Terminal): (message: ReceivedMessage) => void {
  if (asJson) return jsonPrinter(terminal);
  const { out, stdoutIsTTY, columns } = terminal;
  return ({ topic, qos, payload }) => {
    const preview = safePayload(payload.subarray(0, PREVIEW)).replaceAll(/[\n\t]/g, " ");
    const line = `${qos} ${String(payload.length).padStart(8)}  ${safeLine(topic)}  ${preview}${payload.length > PREVIEW ? "…" : ""}`;
    out.text(stdoutIsTTY ? cut(line, columns) : line);
    out.newline();
  };
}

function cut(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join("")}…`;
}
