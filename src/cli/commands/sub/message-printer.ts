import type { ReceivedMessage } from "../../../client/index.ts";
import { safeLine, safePayload } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";

const SPACE = 0x20;

type Print = (message: ReceivedMessage) => void;
type PrintValues = Pick<SubValues, "verbose" | "noNewline" | "format" | "json" | "pretty"> &
  Partial<Pick<SubValues, "decode" | "proto" | "protoMessage" | "protoPath" | "avroSchema">>;

/** What formats can tell of the connection. */
export interface Place {
  readonly clientId: () => string;
  readonly host: string;
}

/** How messages are written, decided once. What only some runs need is loaded for them. */
export async function printerFor(values: PrintValues, terminal: Terminal, place: Place): Promise<Print> {
  const { format, json, noNewline, pretty } = values;
  if (values.decode !== undefined) {
    const { decodingPrinter } = await import("./decoding-printer.ts");
    return decodingPrinter(values, terminal, place);
  }
  if (format !== undefined) {
    const { formatPrinter } = await import("../../format/format-printer.ts");
    return formatPrinter({ format, isPretty: pretty, noNewline, ...place }, terminal);
  }
  if (json) {
    const { jsonPrinter } = await import("./json-printer.ts");
    return jsonPrinter(terminal);
  }
  return plainPrinter(values, terminal);
}

/** Exact bytes for a pipe or file, text that cannot act on it for a terminal. */
export function plainPrinter(
  { verbose, noNewline }: Pick<SubValues, "verbose" | "noNewline">,
  { out, stdoutIsTTY }: Pick<Terminal, "out" | "stdoutIsTTY">,
): (message: Pick<ReceivedMessage, "topic" | "payload" | "bytes" | "payloadStart" | "payloadEnd">) => void {
  return (message) => {
    const { topic, payloadStart, payloadEnd } = message;
    // As mosquitto_sub does it: an empty payload prints nothing, or "(null)" behind its topic.
    const isEmpty = payloadStart === payloadEnd;
    if (isEmpty && !verbose) return;
    if (verbose) {
      out.text(stdoutIsTTY ? safeLine(topic) : topic);
      out.byte(SPACE);
    }
    if (isEmpty) out.text("(null)");
    else if (stdoutIsTTY) out.text(safePayload(message.payload));
    else out.bytes(message.bytes, payloadStart, payloadEnd);
    if (!noNewline) out.newline();
  };
}
