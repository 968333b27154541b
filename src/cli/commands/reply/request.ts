import type { OutgoingMessage, ReceivedMessage } from "../../../client/index.ts";
import type { PublishProperties, QoS } from "../../../codec/index.ts";
import { isValidTopicName, matches, parseTopicFilter } from "../../../topic/index.ts";

/** A request, kept until it is answered. */
export interface Request {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly properties: PublishProperties;
}

export function requestFrom({ topic, payload, qos, properties }: ReceivedMessage): Request {
  return { topic, payload: Buffer.from(payload), qos, properties };
}

/** What a reply consists of, but for its way back. */
export interface Answer {
  readonly payload: Buffer;
  /** What went wrong instead. */
  readonly problem?: string;
  /** It says the same as the request: what describes the request's payload describes it too. */
  readonly isEcho?: boolean;
}

/** Where replies go. */
export class WayBack {
  readonly #template: string | undefined;
  readonly #filters: readonly (readonly string[])[];

  /** `template` is for requests that do not say it; `filters` are where requests come. */
  constructor(template: string | undefined, filters: readonly string[]) {
    this.#template = template;
    this.#filters = filters.map((filter) => parseTopicFilter(filter)?.levels ?? []);
  }

  /** Why no request could ever be answered; undefined where that depends on the request. */
  get problem(): string | undefined {
    if (this.#template === undefined || this.#template.includes("%")) return undefined;
    const way = this.of({ topic: "", properties: {} });
    return "problem" in way ? way.problem : undefined;
  }

  /** The topic for the reply, or why there is none. */
  of({ topic, properties }: Pick<Request, "topic" | "properties">): { topic: string } | { problem: string } {
    const named = properties.responseTopic ?? (this.#template && filledIn(this.#template, topic.split("/")));
    if (named === undefined) return { problem: "it names no response topic (-e is for such requests)" };
    if (!isValidTopicName(named)) return { problem: `${JSON.stringify(named)} is no topic to publish to` };
    // A reply that comes back as a request would be answered for ever.
    if (this.#filters.some((filter) => matches(filter, named.split("/")))) {
      return { problem: `the response topic ${named} is where requests come` };
    }
    return { topic: named };
  }
}

/** `%t`: the topic; `%1` to `%9`: its levels, and nothing can be published where there is none; `%%`: a percent sign. */
function filledIn(template: string, levels: readonly string[]): string {
  return template.replace(/%([t%1-9])/g, (_all, which: string) => {
    if (which === "t") return levels.join("/");
    return which === "%" ? "%" : (levels[Number(which) - 1] ?? "#");
  });
}

/** The reply as it is published; `own` are the properties that the command line gives it. */
export function replyTo(
  request: Request,
  topic: string,
  { payload, problem, isEcho = false }: Answer,
  own: PublishProperties | undefined,
): OutgoingMessage {
  const reply = { topic, payload, qos: request.qos, retain: false };
  if (own === undefined) return reply;
  const { correlationData, contentType, payloadFormatIndicator } = request.properties;
  const pairs = [...(request.properties.userProperties ?? []), ...(own.userProperties ?? [])];
  if (problem !== undefined) pairs.push(["mqtk-error", problem]);
  return {
    ...reply,
    properties: {
      ...(isEcho && contentType !== undefined ? { contentType } : {}),
      ...(isEcho && payloadFormatIndicator !== undefined ? { payloadFormatIndicator } : {}),
      ...own,
      ...(correlationData === undefined ? {} : { correlationData }),
      ...(pairs.length === 0 ? {} : { userProperties: pairs }),
    },
  };
}
