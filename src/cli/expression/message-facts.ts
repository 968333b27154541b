import type { ReceivedMessage } from "../../client/index.ts";
import { textOf, valueFrom } from "./json-value.ts";

/** What of a message expressions can name. */
export type FactsMessage = Pick<
  ReceivedMessage,
  "topic" | "payload" | "qos" | "retain" | "dup" | "packetId" | "properties"
>;

/** The variables of the language with their types, in the order in which help lists them. */
export const factTypes = {
  topic: "string",
  payload: "dyn",
  text: "string",
  raw: "bytes",
  properties: "map",
  qos: "int",
  retain: "bool",
  dup: "bool",
  packetId: "int",
} as const;

/** The values of these variables for one message; each is made when it is first asked for. */
export class MessageFacts {
  readonly #message: FactsMessage;
  #payload: { readonly value: unknown } | undefined;

  constructor(message: FactsMessage) {
    this.#message = message;
  }

  get topic(): string {
    return this.#message.topic;
  }

  get payload(): unknown {
    this.#payload ??= { value: valueFrom(this.#message.payload) };
    return this.#payload.value;
  }

  get text(): string {
    return textOf(this.#message.payload);
  }

  get raw(): Buffer {
    return this.#message.payload;
  }

  /** The names are those of `--json`; user properties are a map, in which the first of one name counts. */
  get properties(): ReadonlyMap<string, unknown> {
    const entries = Object.entries(this.#message.properties).map(([name, value]) => [name, factFrom(value)] as const);
    return new Map(entries);
  }

  get qos(): bigint {
    return BigInt(this.#message.qos);
  }

  get retain(): boolean {
    return this.#message.retain;
  }

  get dup(): boolean {
    return this.#message.dup;
  }

  get packetId(): bigint {
    return BigInt(this.#message.packetId);
  }

  /** How much there is to go through, in bytes. */
  get length(): number {
    return this.#message.payload.length;
  }
}

function factFrom(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (!Array.isArray(value)) return value;
  if (!Array.isArray(value[0])) return value.map(factFrom);
  return new Map([...(value as [string, string][])].reverse());
}
