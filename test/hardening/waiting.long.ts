import { expect, test } from "vitest";
import { NO_PROPERTIES, type Packet, PacketType } from "../../src/codec/index.ts";
import { PacketClient, publishPacket } from "../support/packet-client.ts";
import { ChildBroker } from "./support/child-broker.ts";
import { DistantBystander } from "./support/distant-bystander.ts";

// What makes much work at once may take its time, but nobody else's: at most 250 ms of it on a quiet machine.

const PATIENCE = 250;
const MINUTES = 180_000;

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function subscribePacket(filters: readonly string[]): Packet {
  const plain = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  const subscriptions = filters.map((filter) => ({ filter, ...plain }));
  return { type: PacketType.SUBSCRIBE, packetId: 1, properties: NO_PROPERTIES, subscriptions };
}

async function undisturbed(words: readonly string[], makeWork: (broker: ChildBroker) => Promise<void>): Promise<void> {
  const broker = await ChildBroker.start(words);
  const bystander = await DistantBystander.start(broker.at);
  await makeWork(broker);
  await broker.check();
  await bystander.stop(PATIENCE);
}

test("RX-16 5000 Wills of 64 KiB at once for a hundred subscribers, most of them frozen", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async (broker) => {
    const { at } = broker;
    const subscribers = await Promise.all(
      times(100, async () => {
        const client = await PacketClient.connect(at);
        await client.subscribe("wills");
        return client;
      }),
    );
    const payload = Buffer.alloc(65_535);
    const will = { topic: "wills", payload, qos: 0 as const, retain: false, properties: NO_PROPERTIES };
    const clients: PacketClient[] = [];
    while (clients.length < 5000) {
      clients.push(...(await Promise.all(times(100, () => PacketClient.connect(at, { will })))));
    }
    const before = broker.memory;
    const [reader, ...frozen] = subscribers as [PacketClient, ...PacketClient[]];
    for (const client of frozen) client.pause();
    for (const client of clients) client.destroy();
    let [seen, highest] = [0, before];
    while (seen < clients.length) {
      await reader.until(() => reader.arrived.length > 0, "the next Will", 60_000);
      seen += reader.arrived.length;
      reader.arrived.length = 0;
      highest = Math.max(highest, broker.memory);
    }
    // The Wills were there before; what is new waits for the network: 1 MiB for each of those who do not read, and slack.
    expect(highest - before).toBeLessThan(500 * 1024 * 1024);
    for (const client of frozen) client.destroy();
  }),
);

test("RX-16 a thousand Wills for a hundred subscribers, all at once", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async ({ at }) => {
    const subscribers = await Promise.all(
      times(100, async () => {
        const client = await PacketClient.connect(at);
        await client.subscribe("wills");
        return client;
      }),
    );
    const will = {
      topic: "wills",
      payload: Buffer.alloc(1024),
      qos: 0 as const,
      retain: false,
      properties: NO_PROPERTIES,
    };
    const clients: PacketClient[] = [];
    while (clients.length < 1000) {
      clients.push(...(await Promise.all(times(100, () => PacketClient.connect(at, { will })))));
    }
    for (const client of clients) client.destroy();
    for (const subscriber of subscribers) {
      await subscriber.until(() => subscriber.arrived.length === clients.length, "all Wills", 60_000);
      subscriber.arrived.length = 0;
    }
  }),
);

test(
  "RX-09 a chunk of messages to topics that thousands of filters have to be compared with",
  { timeout: MINUTES },
  () =>
    undisturbed(["--quiet", "--max-subscriptions", "none"], async ({ at }) => {
      const client = await PacketClient.connect(at);
      const filters = times(8192, (shape) => [...times(13, (bit) => ((shape >> bit) & 1 ? "+" : "a")), "x"].join("/"));
      client.send(subscribePacket(filters));
      await client.next();
      const publisher = await PacketClient.connect(at);
      publisher.send(...times(1000, (index) => publishPacket(`${"a/".repeat(13)}y${index}`, "m")));
      publisher.send({ type: PacketType.PINGREQ });
      expect(await publisher.next(60_000)).toMatchObject({ type: PacketType.PINGRESP });
    }),
);

test("a thousand filters that match none of many retained messages", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async ({ at }) => {
    const publisher = await PacketClient.connect(at);
    for (let from = 0; from < 50_000; from += 1000) {
      publisher.send(...times(1000, (index) => publishPacket(`r/${from + index}/x`, "m", { retain: true })));
      await publisher.settled();
    }
    const client = await PacketClient.connect(at);
    client.send(subscribePacket(times(1000, (index) => `r/+/${index}`)));
    expect(await client.next()).toMatchObject({ type: PacketType.SUBACK });
    // Behind all that was looked through.
    publisher.publish("end", "m", { retain: true });
    await publisher.settled();
    client.send(subscribePacket(["r/0/x"]));
    expect(await client.next()).toMatchObject({ reasonCodes: [0x97] });
    client.send({
      type: PacketType.UNSUBSCRIBE,
      packetId: 2,
      properties: NO_PROPERTIES,
      filters: times(1000, (index) => `r/+/${index}`),
    });
    await client.next();
    client.send(subscribePacket(["end"]));
    expect(await client.next()).toMatchObject({ reasonCodes: [0] });
    expect(await client.next(60_000)).toMatchObject({ topic: "end" });
  }),
);

test("RX-13 a packet of 400,000 filters, to subscribe and to unsubscribe", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async ({ at }) => {
    const client = await PacketClient.connect(at);
    const filters = times(400_000, (index) => "abcdefghij"[index % 10] as string);
    client.send(subscribePacket(filters));
    expect((await client.nextOf(PacketType.SUBACK)).reasonCodes).toHaveLength(filters.length);
    client.send({ type: PacketType.UNSUBSCRIBE, packetId: 2, properties: NO_PROPERTIES, filters });
    expect((await client.nextOf(PacketType.UNSUBACK)).reasonCodes).toHaveLength(filters.length);
  }),
);

test("a chunk of messages to two thousand subscribers", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async ({ at }) => {
    const subscribers: PacketClient[] = [];
    while (subscribers.length < 2000) {
      const more = await Promise.all(times(100, () => PacketClient.connect(at)));
      await Promise.all(more.map((client) => client.subscribe("t")));
      subscribers.push(...more);
    }
    const publisher = await PacketClient.connect(at);
    publisher.send(...times(500, () => publishPacket("t", "m")));
    for (const subscriber of subscribers) {
      await subscriber.until(() => subscriber.arrived.length === 500, "all messages", 60_000);
      subscriber.arrived.length = 0;
    }
  }),
);

test("thousands of sessions that end at the same time", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(
        times(100, async (index) => {
          const client = await PacketClient.connect(broker.at, {
            clientId: `away-${round}-${index}`,
            properties: { sessionExpiryInterval: 3 },
          });
          await client.subscribe(times(20, (filter) => `a/${round}/${index}/${filter}`));
          await client.disconnect();
        }),
      );
    }
    expect((await broker.until(({ sessions }) => sessions <= 2)).subscriptions).toBe(1);
  }),
);

test("five hundred sessions with full queues that are resumed at once", { timeout: MINUTES }, () =>
  undisturbed(["--quiet"], async ({ at }) => {
    const names = times(500, (index) => ({
      clientId: `away-${index}`,
      cleanStart: false,
      properties: { sessionExpiryInterval: 3600 },
    }));
    for (const name of names) {
      const client = await PacketClient.connect(at, name);
      await client.subscribe({ filter: "t", qos: 1 });
      await client.disconnect();
    }
    const publisher = await PacketClient.connect(at);
    publisher.send(...times(1000, (index) => publishPacket("t", `${index}`, { qos: 1, packetId: index + 1 })));
    expect(await publisher.take(1000, 60_000)).toHaveLength(1000);
    const clients = await Promise.all(names.map((name) => PacketClient.connect(at, name)));
    for (const client of clients) {
      await client.until(() => client.arrived.length === 1000, "everything that waited", 60_000);
    }
  }),
);
