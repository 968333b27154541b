import type { ReceivedMessage } from "../../client/index.ts";
import { safeJson, safeLine, safePayload } from "../terminal/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { blank, layOutFloat, layOutHex, layOutNumber, layOutPayload, layOutText } from "./layout.ts";
import { Moment } from "./moment.ts";
import { mosquittoJson } from "./mosquitto-json.ts";
import { type Layout, type Piece, parseFormat } from "./parse-format.ts";
import { strftime } from "./strftime.ts";

export type FormattedMessage = Pick<
  ReceivedMessage,
  "topic" | "payload" | "qos" | "retain" | "packetId" | "properties"
> & {
  /** What the payload says, where it is decoded: for %p, %j, %J and %{path}. */
  readonly decoded?: Buffer;
};

export interface FormatOptions {
  readonly format: string;
  /** `--pretty`: JSON over several lines. */
  readonly isPretty: boolean;
  /** `-N`: no line end behind each message. */
  readonly noNewline: boolean;
  /** For `%c` and `%h`. */
  readonly clientId: () => string;
  readonly host: string;
}

/** What a message is while it is being printed. */
interface Printed {
  readonly message: FormattedMessage;
  readonly moment: Moment;
  readonly number: number;
  /** Milliseconds since the one before. */
  readonly interval: number;
}

/** Gives text in latin1, a character a byte. */
type Render = (printed: Printed) => string;

/**
 * Prints messages by a format (`-F`), which is read once. Throws UsageError for a format that cannot be used.
 * On a terminal, what comes from the message is shown escaped; the format's own text is the user's.
 */
export function formatPrinter(
  options: FormatOptions,
  terminal: Pick<Terminal, "out" | "stdoutIsTTY" | "warn">,
  now: () => Moment = () => new Moment(),
): (message: FormattedMessage) => void {
  const { out, stdoutIsTTY } = terminal;
  const parts = parseFormat(options.format).map((piece) => {
    const render = renderOf(piece, options, terminal);
    const isOurs = piece.kind === "text" || piece.kind === "time";
    if (!stdoutIsTTY || isOurs) return render;
    const show = shownOf(piece);
    return (printed: Printed) => utf8(show(Buffer.from(render(printed), "latin1")));
  });
  const end = options.noNewline ? "" : "\n";
  let number = 0;
  let before: Moment | undefined;
  return (message) => {
    const moment = now();
    number += 1;
    const interval = before === undefined ? 0 : moment.date.getTime() - before.date.getTime();
    before = moment;
    const printed = { message, moment, number, interval };
    let line = "";
    for (const render of parts) line += render(printed);
    out.bytes(Buffer.from(line + end, "latin1"));
  };
}

/** Payloads may have several lines; everything else is part of one. */
function shownOf(piece: Piece): (bytes: Buffer) => string {
  if (piece.kind === "field" && /[jJ]/.test(piece.letter)) return (bytes) => safeJson(bytes.toString("utf8"));
  if (piece.kind === "path" || (piece.kind === "field" && /[pD]/.test(piece.letter))) return safePayload;
  return (bytes) => safeLine(safePayload(bytes));
}

function renderOf(piece: Piece, options: FormatOptions, terminal: Pick<Terminal, "warn">): Render {
  switch (piece.kind) {
    case "text": {
      const text = utf8(piece.text);
      return () => text;
    }
    case "time":
      return ({ moment }) => (piece.letter === "N" ? moment.nanoseconds : utf8(strftime(piece.letter, moment.date)));
    case "path":
      return ({ message }) => layOutText(utf8(valueAt(message.decoded ?? message.payload, piece.path)), piece.layout);
    case "user-property":
      return ({ message }) => {
        const found = message.properties.userProperties?.find(([name]) => name === piece.name);
        return layOutText(utf8(found?.[1] ?? ""), piece.layout);
      };
    case "field":
      return fieldOf(piece.letter, piece.layout, options, terminal);
    default:
      return piece satisfies never;
  }
}

function fieldOf(letter: string, layout: Layout, options: FormatOptions, terminal: Pick<Terminal, "warn">): Render {
  const number = (value: number | undefined): string =>
    value === undefined ? blank(layout) : layOutNumber(value, layout);
  const text = (value: string | undefined): string =>
    value === undefined ? blank(layout) : layOutText(utf8(value), layout);
  const json = (isRaw: boolean): Render => {
    return ({ message, moment }) => {
      const { decoded } = message;
      const shown = decoded === undefined ? message : { ...message, payload: decoded };
      const printed = mosquittoJson(shown, moment, { isRaw, isPretty: options.isPretty });
      if (printed === undefined) terminal.warn(`the payload is no valid JSON on topic ${message.topic}`);
      return printed ?? "";
    };
  };
  const float = (length: 4 | 8): Render => {
    return ({ message: { payload, topic } }) => {
      if (payload.length === length)
        return layOutFloat(length === 4 ? payload.readFloatLE() : payload.readDoubleLE(), layout);
      terminal.warn(`%${letter} needs a payload of ${length} bytes; this one on topic ${topic} has ${payload.length}`);
      return "";
    };
  };
  const renders: Readonly<Record<string, Render>> = {
    A: () => number(undefined), // the client resolves aliases
    b: ({ message }) => layOutText(message.payload.toString("base64"), layout),
    C: ({ message }) => text(message.properties.contentType),
    c: () => text(options.clientId()),
    D: ({ message }) => Buffer.from(message.properties.correlationData ?? []).toString("latin1"),
    d: float(8),
    E: ({ message }) => number(message.properties.messageExpiryInterval),
    F: ({ message }) => number(message.properties.payloadFormatIndicator),
    f: float(4),
    h: () => text(options.host),
    I: ({ moment: { date } }) => text(`${strftime("F", date)}T${strftime("T", date)}${strftime("z", date)}`),
    i: ({ interval }) => number(interval),
    J: json(true),
    j: json(false),
    l: ({ message }) => number(message.payload.length),
    m: ({ message }) => number(message.packetId),
    n: (printed) => number(printed.number),
    P: ({ message }) => utf8((message.properties.userProperties ?? []).map((pair) => pair.join(":")).join(" ")),
    p: ({ message }) => layOutPayload((message.decoded ?? message.payload).toString("latin1"), layout),
    q: ({ message }) => String(message.qos),
    R: ({ message }) => (message.properties.responseTopic === undefined ? "" : text(message.properties.responseTopic)),
    r: ({ message }) => (message.retain ? "1" : "0"),
    S: ({ message }) => number(message.properties.subscriptionIdentifiers?.[0]),
    t: ({ message }) => text(message.topic),
    U: ({ moment }) => `${moment.seconds}.${moment.nanoseconds}`,
    X: ({ message }) => layOutHex(message.payload, layout, true),
    x: ({ message }) => layOutHex(message.payload, layout, false),
  };
  return renders[letter] as Render;
}

/** What stands at a path in a JSON payload: text as it is, everything else as JSON; nothing where there is nothing. */
function valueAt(payload: Buffer, path: readonly string[]): string {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch {
    return "";
  }
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return "";
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}
