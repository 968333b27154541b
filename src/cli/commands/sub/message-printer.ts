import type { ReceivedMessage } from "../../../client/index.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";

const SPACE = 0x20;

type Print = (message: ReceivedMessage) => void;
type PrintValues = Pick<SubValues, "verbose" | "noNewline" | "format" | "json" | "pretty"> &
  Partial<
    Pick<SubValues, "showProperties" | "diff" | "decode" | "proto" | "protoMessage" | "protoPath" | "avroSchema">
  >;

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
  return linePrinter(values, terminal);
}

/** For people what they can read best, for programs the bytes. */
export async function linePrinter(values: PrintValues, terminal: Terminal): Promise<Print> {
  const { pretty, showProperties = false, diff = false } = values;
  const isForPeople = terminal.stdoutIsTTY || terminal.color === "always" || pretty || showProperties || diff;
  if (!isForPeople) return plainPrinter(values, terminal);
  const { peoplePrinter } = await import("./people-printer.ts");
  return peoplePrinter({ ...values, showProperties, diff }, terminal);
}

/** Exact bytes, for a pipe or file. */
export function plainPrinter(
  { verbose, noNewline }: Pick<SubValues, "verbose" | "noNewline">,
  { out }: Pick<Terminal, "out">,
): (message: Pick<ReceivedMessage, "topic" | "bytes" | "payloadStart" | "payloadEnd">) => void {
  return (message) => {
    const { topic, payloadStart, payloadEnd } = message;
    // As mosquitto_sub does it: an empty payload prints nothing, or "(null)" behind its topic where lines end.
    const isEmpty = payloadStart === payloadEnd;
    if (isEmpty && (!verbose || noNewline)) return;
    if (verbose) {
      out.text(topic);
      out.byte(SPACE);
    }
    if (isEmpty) out.text("(null)");
    else out.bytes(message.bytes, payloadStart, payloadEnd);
    if (!noNewline) out.newline();
  };
}
