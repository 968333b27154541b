import { expect, test } from "vitest";
import { Broker } from "../../../src/broker/index.ts";
import { Client, type ClientHandlers, type ClientOptions, type Environment } from "../../../src/client/index.ts";
import { systemClock } from "../../../src/clock.ts";
import { ProtocolVersion, type QoS, ReasonCode } from "../../../src/codec/index.ts";
import { Sweeper } from "../../../src/connection/index.ts";
import { type Address, type ByteStream, dial } from "../../../src/transport/index.ts";

const MESSAGES = 3000;
const BREAKS = 25;

/** Real sockets, which a test can cut, and no waiting before the next attempt. */
class CuttableNetwork implements Environment {
  readonly clock = systemClock;
  readonly sweeper = new Sweeper(systemClock);
  cuts = 0;
  private stream: ByteStream | undefined;

  dial = async (address: Address, options: { timeout: number }): Promise<ByteStream> => {
    this.stream = await dial(address, options);
    return this.stream;
  };

  delay = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  };

  cut(): void {
    this.cuts += 1;
    this.stream?.destroy();
  }
}

/** The same numbers in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each<[QoS, ProtocolVersion]>([
  [1, ProtocolVersion.V3_1_1],
  [1, ProtocolVersion.V5_0],
  [2, ProtocolVersion.V3_1_1],
  [2, ProtocolVersion.V5_0],
])("QoS %d, version %d: whatever the network does, everything arrives, in order", async (qos, protocolVersion) => {
  const random = pseudoRandom(qos * 10 + protocolVersion);
  const broker = new Broker({ options: { maximumQueueLength: MESSAGES } });
  const address = await broker.listen({ host: "127.0.0.1", port: 0 });
  const connect = async (clientId: string, handlers: ClientHandlers) => {
    const network = new CuttableNetwork();
    const options: ClientOptions = {
      address,
      protocolVersion,
      clientId,
      cleanStart: false,
      keepAlive: 60,
      connectTimeout: 5000,
      maximumInFlight: 50,
      reconnect: { minimumDelay: 2, maximumDelay: 5, random },
      properties: { sessionExpiryInterval: 3600, topicAliasMaximum: 4 },
    };
    return { network, client: await Client.connect(options, handlers, network) };
  };

  const received: number[] = [];
  let complete = (): void => {};
  const all = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const seen = new Set<number>();
  const subscriber = await connect("subscriber", {
    onMessage: ({ payload }) => {
      const number = payload.readUInt32BE(0);
      received.push(number);
      seen.add(number);
      if (random() < BREAKS / MESSAGES) setImmediate(() => subscriber.network.cut());
      if (seen.size === MESSAGES) complete();
    },
  });
  await subscriber.client.subscribe([
    { filter: "resumption", qos, noLocal: false, retainAsPublished: false, retainHandling: 0 },
  ]);

  let next = 0;
  let acknowledged = 0;
  let finished = (): void => {};
  const allAcknowledged = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const fill = (): void => {
    while (next < MESSAGES) {
      const payload = Buffer.alloc(16);
      payload.writeUInt32BE(next);
      if (!publisher.client.tryPublish({ topic: "resumption", payload, qos, retain: false }, next)) return;
      next += 1;
      if (random() < BREAKS / MESSAGES) setImmediate(() => publisher.network.cut());
    }
  };
  const publisher = await connect("publisher", {
    onReady: fill,
    onPublished: (_, reasonCode) => {
      expect(reasonCode === ReasonCode.SUCCESS || reasonCode === ReasonCode.NO_MATCHING_SUBSCRIBERS).toBe(true);
      acknowledged += 1;
      if (acknowledged === MESSAGES) finished();
    },
  });
  fill();
  await allAcknowledged;
  await all;
  await Promise.all([publisher.client.end(), subscriber.client.end()]);
  await broker.stop(0);

  const expected = Array.from({ length: MESSAGES }, (_, index) => index);
  expect(publisher.network.cuts).toBeGreaterThan(5);
  expect(subscriber.network.cuts).toBeGreaterThan(5);
  if (qos === 2) expect(received).toEqual(expected);
  else expect([...seen]).toEqual(expected);
});
