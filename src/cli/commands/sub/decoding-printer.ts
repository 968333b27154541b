import type { ReceivedMessage } from "../../../client/index.ts";
import { codecFrom, readablePayload, tryDecode } from "../../../payload/index.ts";
import { schemaFilesFrom } from "../../schema-files.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { SubValues } from "./definition.ts";
import { linePrinter, type Place } from "./message-printer.ts";

type Values = Pick<SubValues, "verbose" | "noNewline" | "format" | "json" | "pretty"> &
  Partial<
    Pick<SubValues, "showProperties" | "diff" | "decode" | "proto" | "protoMessage" | "protoPath" | "avroSchema">
  >;

/**
 * Prints what payloads mean. In lines of JSON that stands beside the payload, which stays what it is: so that
 * `mqtk pub --json` still publishes the same bytes.
 */
export async function decodingPrinter(
  values: Values,
  terminal: Terminal,
  place: Place,
): Promise<(message: ReceivedMessage) => void> {
  const { decode = [], format, json, noNewline, pretty } = values;
  const codec = await codecFrom(decode, schemaFilesFrom(values));
  if (json) {
    const { jsonPrinter } = await import("./json-printer.ts");
    return jsonPrinter(terminal, ({ payload, topic }) => {
      const result = tryDecode(codec, payload, topic);
      if ("problem" in result) return `,"notDecoded":${JSON.stringify(result.problem)}`;
      const text = result.payload.toString("utf8");
      return `,"format":${JSON.stringify(result.format)},"decoded":${result.isJson ? onOneLine(text) : JSON.stringify(text)}`;
    });
  }
  const shown = ({ payload, topic }: ReceivedMessage): Buffer => readablePayload(codec, payload, topic, pretty);
  if (format === undefined) {
    const print = await linePrinter(values, terminal);
    return (message) => {
      const { topic, qos, retain, dup, packetId, properties } = message;
      const payload = shown(message);
      const range = { bytes: payload, payloadStart: 0, payloadEnd: payload.length };
      print({ topic, qos, retain, dup, packetId, properties, payload, ...range });
    };
  }
  const { formatPrinter } = await import("../../format/format-printer.ts");
  const print = formatPrinter({ format, isPretty: pretty, noNewline, ...place }, terminal);
  return (message) => {
    const { topic, payload, qos, retain, packetId, properties } = message;
    print({ topic, payload, qos, retain, packetId, properties, decoded: shown(message) });
  };
}

/** Line ends of JSON stand between its tokens only. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, " ");
}
