import { type ClientHandlers, type ClientOptions, RefusedError } from "../client/index.ts";
import type { PacketName, QoS, ReasonCode } from "../codec/index.ts";
import { MqtkError } from "../errors.ts";
import type { BenchClient, Connect } from "./bench-client.ts";
import { clientIdPrefix, type Means, type Order } from "./order.ts";
import type { RunningTarget } from "./running-target.ts";
import type { Shape } from "./scenario.ts";
import { within } from "./within.ts";

/** Connections under way at the same time: enough to be quick, too few to overflow a broker's accept queue. */
const CONNECTING = 64;
/** How long clients may take to say goodbye, in milliseconds. */
const GOODBYE = 1000;
const REFUSED = 0x80;
/** Filters in one SUBSCRIBE: servers limit the size of packets, some the number of filters. */
const FILTERS_AT_ONCE = 100;

/** A connection to be made. */
export interface ClientPlan {
  /** Behind the prefix of the measurement: "p12"; p for publisher, s subscriber, r responder, c others. */
  readonly role: string;
  readonly filters?: readonly string[];
  /** Of the subscriptions; absent: the cell's. */
  readonly qos?: QoS;
  /** What the server kept from before is not to come. */
  readonly ignoresRetained?: boolean;
  readonly options?: Partial<ClientOptions>;
  readonly handlers?: ClientHandlers;
  /** Called when it is connected, before it subscribes. */
  readonly onConnected?: (client: BenchClient) => void;
}

/** The connections of one measurement. */
export class ClientPool {
  readonly #qos: QoS;
  readonly #options: Omit<ClientOptions, "clientId">;
  readonly #prefix: string;
  readonly #shape: Shape;
  readonly #identityOf: RunningTarget["identityOf"];
  readonly #connect: Connect;
  readonly #fail: (error: unknown) => void;
  readonly #clients = new Set<BenchClient>();
  #isEnding = false;

  /** `fail` ends the measurement; subscriptions must be granted the cell's QoS. */
  constructor(order: Order, { target }: Pick<Means, "target">, connect: Connect, fail: (error: unknown) => void) {
    const { plan, cell } = order;
    const { qos, maximumInFlight, protocolVersion } = cell;
    const { userName: _, ...connection } = plan.connection;
    const { userName, password, address, transport } = target;
    this.#qos = qos;
    this.#options = {
      requestTimeout: connection.connectTimeout,
      ...{ ...connection, protocolVersion, maximumInFlight, address, transport },
      ...(userName !== undefined && { userName }),
      ...(password && { password }),
    };
    this.#prefix = clientIdPrefix(order);
    this.#shape = cell;
    this.#identityOf = target.identityOf;
    this.#connect = connect;
    this.#fail = fail;
  }

  /**
   * Connects and subscribes all, some at the same time. Throws what Client.connect throws, or "refused" where a
   * subscription is.
   */
  async open(plans: readonly ClientPlan[], signal: AbortSignal, atOnce: number = CONNECTING): Promise<void> {
    const waiting = plans.values();
    const connectNext = async () => {
      for (const plan of waiting) {
        signal.throwIfAborted();
        await this.connect(plan);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, plans.length) }, connectNext));
  }

  /** One more client. */
  async connect(plan: ClientPlan): Promise<BenchClient> {
    const { role, filters = [], options, handlers, onConnected } = plan;
    let own: BenchClient | undefined;
    const onEnd = (cause: MqtkError | undefined) => {
      handlers?.onEnd?.(cause);
      if (this.#isEnding || (own !== undefined && !this.#clients.has(own))) return;
      this.#fail(cause ?? new MqtkError("connection-lost", "the connection ended during the benchmark"));
    };
    const usual = { ...this.#options, clientId: `${this.#prefix}${role}` };
    const identity = this.#identityOf && (await this.#identityOf(this.#numberOf(role)));
    const client = await this.#connect({ ...usual, ...identity, ...options }, { ...handlers, onEnd });
    own = client;
    this.#clients.add(client);
    // The pool was closed meanwhile: nobody else knows of this connection.
    if (this.#isEnding) client.destroy();
    onConnected?.(client);
    for (let from = 0; from < filters.length; from += FILTERS_AT_ONCE) {
      await this.subscribe(client, filters.slice(from, from + FILTERS_AT_ONCE), plan);
    }
    return client;
  }

  /** Its place among all clients: publishers, subscribers, responders; the others have scenarios of their own. */
  #numberOf(role: string): number {
    const { publishers, subscribers } = this.#shape;
    const before = { p: 0, s: publishers, r: publishers + subscribers, c: publishers + subscribers };
    return before[role[0] as keyof typeof before] + Number(role.slice(1));
  }

  /** Throws "refused" where a subscription is, or a lesser QoS is granted. */
  async subscribe(
    client: BenchClient,
    filters: readonly string[],
    { qos = this.#qos, ignoresRetained = false }: Pick<ClientPlan, "qos" | "ignoresRetained"> = {},
  ): Promise<void> {
    const retainHandling = ignoresRetained ? 2 : 0;
    const { reasonCodes } = await client.subscribe(
      filters.map((filter) => ({ filter, qos, noLocal: false, retainAsPublished: false, retainHandling }) as const),
    );
    for (const [index, filter] of filters.entries()) {
      const granted = reasonCodes[index] ?? REFUSED;
      if (granted >= REFUSED) throw refused(`the subscription to ${filter}`, "SUBACK", granted, undefined);
      if (granted !== qos) {
        throw new MqtkError("refused", `the broker grants QoS ${granted} where QoS ${qos} is to be measured`, {
          hint: `leave QoS ${qos} out with --qos`,
        });
      }
    }
  }

  /** Ends one connection, with DISCONNECT or without; that it ends is no failure then. */
  async end(client: BenchClient, how: "end" | "destroy" = "end"): Promise<void> {
    this.#clients.delete(client);
    if (how === "destroy") client.destroy();
    else await client.end();
  }

  /** What a refused message ends the measurement with. */
  failRefused(topic: string, reasonCode: ReasonCode, reasonString: string | undefined, qos = this.#qos): void {
    const packet = qos === 1 ? "PUBACK" : "PUBREC";
    this.#fail(refused(`a message to ${topic}`, packet, reasonCode, reasonString));
  }

  /** Ends all connections properly; those that do not end in time are cut. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const clients = [...this.#clients];
    await within(GOODBYE, Promise.allSettled(clients.map((client) => client.end())));
    for (const client of clients) client.destroy();
  }
}

function refused(
  what: string,
  packet: PacketName,
  reasonCode: ReasonCode,
  reasonString: string | undefined,
): RefusedError {
  return new RefusedError({ summary: `the broker refused ${what}`, packet, reasonCode, reasonString });
}
