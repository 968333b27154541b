import type { Connect } from "../../../src/bench/bench-client.ts";
import type { ClientHandlers, OutgoingMessage, ReceivedMessage } from "../../../src/client/index.ts";
import { MqtkError } from "../../../src/errors.ts";

/** A message on its way from a publisher to the one subscriber of its topic. */
export interface Delivery {
  readonly topic: string;
  payload: Buffer;
  acknowledge(): void;
}

export interface Faults {
  /** Sees all messages of a turn in order, and decides what is delivered: some dropped, doubled, swapped, changed. */
  readonly tamper?: (batch: Delivery[]) => Delivery[];
  /** How many messages of a publisher may wait to be delivered; more are held back. */
  readonly room?: number;
  readonly grantedQos?: number;
  readonly reasonCode?: number;
  /** Nothing is delivered between these times after the first message, in milliseconds. */
  readonly stall?: { readonly from: number; readonly to: number };
}

/** A broker without a network: what is published in one turn of the event loop is delivered in the next. */
export class Loopback {
  readonly clientIds: string[] = [];
  /** Connections neither ended nor destroyed. */
  open = 0;
  /** Called with every published message, once, before anything happens to it. */
  onPublish: (count: number) => void = () => {};
  #published = 0;
  #waiting: Delivery[] = [];
  #isScheduled = false;
  #startedAt = 0;
  readonly #subscribers = new Map<string, ClientHandlers>();
  readonly #all = new Set<ClientHandlers>();
  readonly #faults: Faults;

  constructor(faults: Faults = {}) {
    this.#faults = faults;
  }

  readonly connect: Connect = async (options, handlers) => {
    this.clientIds.push(options.clientId);
    this.#all.add(handlers);
    this.open += 1;
    let isOpen = true;
    let waiting = 0;
    let isHeldBack = false;
    const close = () => {
      if (isOpen) this.open -= 1;
      isOpen = false;
    };
    return {
      tryPublish: (message: OutgoingMessage, token = 0) => {
        if (waiting >= (this.#faults.room ?? Number.POSITIVE_INFINITY)) {
          isHeldBack = true;
          return false;
        }
        waiting += 1;
        const acknowledge = () => {
          waiting -= 1;
          if (message.qos > 0) handlers.onPublished?.(token, (this.#faults.reasonCode ?? 0) as 0, undefined);
          if (isHeldBack) {
            isHeldBack = false;
            handlers.onReady?.();
          }
        };
        this.#published += 1;
        this.#send({ topic: message.topic, payload: Buffer.from(message.payload), acknowledge });
        this.onPublish(this.#published);
        return true;
      },
      subscribe: async (subscriptions) => {
        for (const { filter } of subscriptions) this.#subscribers.set(filter, handlers);
        const reasonCodes = subscriptions.map(({ qos }) => (this.#faults.grantedQos ?? qos) as 0);
        return { type: 9, packetId: 1, properties: {}, reasonCodes };
      },
      unsubscribe: async (filters) => {
        for (const filter of filters) this.#subscribers.delete(filter);
        return { type: 11, packetId: 1, properties: {}, reasonCodes: filters.map(() => 0 as const) };
      },
      end: async () => close(),
      destroy: close,
    };
  };

  /** Every connection is lost, as when the broker dies. */
  breakDown(): void {
    for (const { onEnd } of this.#all) onEnd?.(new MqtkError("connection-lost", "the broker went away"));
  }

  #send(delivery: Delivery): void {
    this.#startedAt ||= performance.now();
    this.#waiting.push(delivery);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#deliver);
  }

  readonly #deliver = (): void => {
    const { stall, tamper = (batch) => batch } = this.#faults;
    const elapsed = performance.now() - this.#startedAt;
    if (stall && elapsed >= stall.from && elapsed < stall.to) {
      setImmediate(this.#deliver);
      return;
    }
    this.#isScheduled = false;
    const batch = this.#waiting;
    this.#waiting = [];
    for (const { topic, payload } of tamper([...batch])) {
      this.#subscribers.get(topic)?.onMessage?.(received(topic, payload));
    }
    for (const { acknowledge } of batch) acknowledge();
  };
}

function received(topic: string, payload: Buffer): ReceivedMessage {
  const { length } = payload;
  const rest = { qos: 0, retain: false, dup: false, packetId: 0, properties: {} } as const;
  return { ...rest, topic, payload, bytes: payload, payloadStart: 0, payloadEnd: length };
}
