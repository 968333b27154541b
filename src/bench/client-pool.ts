import { type ClientHandlers, type ClientOptions, RefusedError } from "../client/index.ts";
import type { PacketName, QoS, ReasonCode } from "../codec/index.ts";
import { MqtkError } from "../errors.ts";
import type { BenchClient, Connect } from "./bench-client.ts";
import type { Pair } from "./pair.ts";
import { within } from "./within.ts";

/** Connections under way at the same time: enough to be quick, too few to overflow a broker's accept queue. */
const CONNECTING = 64;
/** How long clients may take to say goodbye, in milliseconds. */
const GOODBYE = 1000;
const REFUSED = 0x80;

export interface PoolOptions {
  readonly connect: Connect;
  readonly client: Omit<ClientOptions, "clientId">;
  /** Publisher i of pair i is called `<prefix>p<i>`, its subscriber `<prefix>s<i>`. */
  readonly clientIdPrefix: string;
  /** The QoS that subscriptions must be granted. */
  readonly qos: QoS;
  /** Ends the measurement. */
  fail(error: unknown): void;
}

/** The connections of all pairs. */
export class ClientPool {
  readonly #pairs: readonly Pair[];
  readonly #options: PoolOptions;
  #isEnding = false;

  constructor(pairs: readonly Pair[], options: PoolOptions) {
    this.#pairs = pairs;
    this.#options = options;
  }

  /** Connects and subscribes all pairs. Throws what Client.connect throws, or "refused" where a subscription is. */
  async open(signal: AbortSignal): Promise<void> {
    const waiting = this.#pairs.values();
    const connectNext = async () => {
      for (const pair of waiting) {
        signal.throwIfAborted();
        await this.#connect(pair);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTING, this.#pairs.length) }, connectNext));
  }

  /** Ends all connections properly; those that do not end in time are cut. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const clients = this.#pairs.flatMap((pair) => [pair.publisher, pair.subscriber]);
    await within(GOODBYE, Promise.allSettled(clients.map((client) => client?.end())));
    for (const client of clients) client?.destroy();
  }

  async #connect(pair: Pair): Promise<void> {
    const { qos } = this.#options;
    pair.subscriber = await this.#client(`s${pair.index}`, { onMessage: (message) => pair.receive(message) });
    const { reasonCodes } = await pair.subscriber.subscribe([
      { filter: pair.topic, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 },
    ]);
    const granted = reasonCodes[0] ?? REFUSED;
    if (granted >= REFUSED) throw this.#refused(`the subscription to ${pair.topic}`, "SUBACK", granted, undefined);
    if (granted !== qos) {
      throw new MqtkError("refused", `the broker grants QoS ${granted} where QoS ${qos} is to be measured`, {
        hint: `leave QoS ${qos} out with --qos`,
      });
    }
    pair.publisher = await this.#client(`p${pair.index}`, {
      onPublished: (_token, reasonCode, reasonString) => {
        pair.acknowledged += 1;
        if (reasonCode >= REFUSED) {
          const packet = qos === 1 ? "PUBACK" : "PUBREC";
          this.#options.fail(this.#refused(`a message to ${pair.topic}`, packet, reasonCode, reasonString));
        }
      },
      onReady: () => pair.resume(),
    });
  }

  async #client(role: string, handlers: ClientHandlers): Promise<BenchClient> {
    const { client, clientIdPrefix, connect, fail } = this.#options;
    const onEnd = (cause: MqtkError | undefined) => {
      if (!this.#isEnding) fail(cause ?? new MqtkError("connection-lost", "the connection ended during the benchmark"));
    };
    const options = { requestTimeout: client.connectTimeout, ...client, clientId: `${clientIdPrefix}${role}` };
    const connected = await connect(options, { ...handlers, onEnd });
    // The pool was closed meanwhile: nobody else knows of this connection.
    if (this.#isEnding) connected.destroy();
    return connected;
  }

  #refused(what: string, packet: PacketName, reasonCode: ReasonCode, reasonString: string | undefined): RefusedError {
    return new RefusedError({ summary: `the broker refused ${what}`, packet, reasonCode, reasonString });
  }
}
