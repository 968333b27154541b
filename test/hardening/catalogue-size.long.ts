import { expect, test } from "vitest";
import { NO_PROPERTIES, type Packet, PacketType, ReasonCode } from "../../src/codec/index.ts";
import { PacketClient, publishPacket } from "../support/packet-client.ts";
import { ChildBroker } from "./support/child-broker.ts";
import { DistantBystander } from "./support/distant-bystander.ts";
import { ShortLives } from "./support/short-lives.ts";

// What exhaustion.test.ts asks in small, as large as the catalogue says.

const { PUBACK, PUBLISH, PUBREC, PUBREL, PUBCOMP, SUBACK } = PacketType;
const MEGABYTE = 1024 * 1024;
const MINUTES = 600_000;
/** In bulk a gap of this length is allowed: the load itself takes both processors. In milliseconds. */
const PATIENCE = 2000;

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Clients come a hundred at a time. */
async function many(count: number, make: (index: number) => Promise<PacketClient>): Promise<PacketClient[]> {
  const clients: PacketClient[] = [];
  while (clients.length < count) {
    clients.push(...(await Promise.all(times(100, (index) => make(clients.length + index)))));
  }
  return clients;
}

async function undisturbed(words: readonly string[], work: (broker: ChildBroker) => Promise<void>): Promise<void> {
  const broker = await ChildBroker.start(words);
  const bystander = await DistantBystander.start(broker.at);
  await work(broker);
  await broker.check();
  await bystander.stop(PATIENCE);
}

test("RX-01 two thousand idle clients", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const clients = await many(2000, () => PacketClient.connect(broker.at, { keepAlive: 65_535 }));
    expect(clients.every(({ connack }) => connack?.reasonCode === 0)).toBe(true);
    await broker.check();
    for (const client of clients) client.destroy();
    await broker.until(({ connections }) => connections <= 2);
  }),
);

test("RX-05 a million messages for a session that is away", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const away = await PacketClient.connect(broker.at, {
      clientId: "away",
      cleanStart: false,
      properties: { sessionExpiryInterval: 3600 },
    });
    await away.subscribe({ filter: "flood", qos: 1 });
    await away.disconnect();
    const publisher = await PacketClient.connect(broker.at);
    const packets = times(1000, (index) => publishPacket("flood", "x", { qos: 1, packetId: index + 1 }));
    const before = broker.memory;
    for (let sent = 0; sent < 1_000_000; sent += packets.length) {
      publisher.send(...packets);
      expect(await publisher.take(packets.length)).toHaveLength(packets.length);
    }
    const { dropped, kept } = await broker.figures();
    expect(dropped["queue-full"]).toBe(999_000);
    expect(kept).toBeLessThan(MEGABYTE);
    expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
  }),
);

test("RX-07 a million complete exchanges", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const client = await PacketClient.connect(broker.at, {
      clientId: "both",
      cleanStart: false,
      properties: { sessionExpiryInterval: 3600 },
    });
    await client.subscribe({ filter: "t", qos: 2 });
    const ids = times(500, (index) => index + 1);
    const acks = (type: typeof PUBREC | typeof PUBREL | typeof PUBCOMP, of: readonly number[]): Packet[] =>
      of.map((packetId) => ({ type, packetId, reasonCode: 0, properties: NO_PROPERTIES }));
    const packets = ids.map((packetId) => publishPacket("t", "m", { qos: 2, packetId }));
    for (let done = 0; done < 500_000; done += ids.length) {
      // Each is one exchange towards the broker, and one back.
      client.send(...packets);
      const arrived = await client.take(2 * ids.length);
      const delivered = arrived.flatMap((packet) => (packet.type === PUBLISH ? [packet.packetId as number] : []));
      client.send(...acks(PUBREL, ids), ...acks(PUBREC, delivered));
      await client.take(2 * ids.length);
      client.send(...acks(PUBCOMP, delivered));
    }
    await client.settled();
    expect(await broker.figures()).toMatchObject({ kept: 0, outgoing: 0 });
  }),
);

test("RX-10 a thousand clients with overlapping filters", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const clients = await many(1000, async () => {
      const client = await PacketClient.connect(broker.at);
      await client.subscribe(["all/#", "all/+/#", "all/+/+/#"]);
      return client;
    });
    const before = broker.memory;
    const publisher = await PacketClient.connect(broker.at);
    publisher.send(...times(500, (index) => publishPacket("all/a/b", `${index}`.padEnd(1000))));
    for (const client of clients) {
      await client.until(() => client.arrived.length >= 500, "one copy of each", 60_000);
      expect(await client.settled()).toHaveLength(500);
    }
    expect(broker.memory - before).toBeLessThan(300 * MEGABYTE);
  }),
);

test("RX-11 a million retained messages of a byte, and 24 of a megabyte", { timeout: MINUTES }, () =>
  undisturbed(["--max-retained-bytes", "16M"], async (broker) => {
    const client = await PacketClient.connect(broker.at);
    const codes = new Map<number, number>();
    for (let from = 0; from < 1_000_000; from += 1000) {
      client.send(
        ...times(1000, (index) =>
          publishPacket(`r/${from + index}`, "x", { qos: 1, packetId: index + 1, retain: true }),
        ),
      );
      for (const packet of await client.take(1000)) {
        const code = packet.type === PUBACK ? packet.reasonCode : -1;
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    for (let count = 0; count < 24; count += 1) {
      client.publish(`large/${count}`, Buffer.alloc(MEGABYTE), { qos: 1, retain: true });
      expect((await client.nextOf(PUBACK)).reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    }
    const { retained } = await broker.figures();
    expect(retained).toBeLessThanOrEqual(100_000);
    expect(codes.get(ReasonCode.QUOTA_EXCEEDED)).toBe(1_000_000 - retained);
    await client.subscribe("r/0");
    expect(await client.settled()).toMatchObject([{ type: PUBLISH, topic: "r/0" }]);
  }),
);

test("RX-13 a million SUBSCRIBEs of one client, with UNSUBSCRIBEs between them", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const client = await PacketClient.connect(broker.at);
    const subscribe = (from: number): Packet[] =>
      times(1000, (index) => ({
        type: PacketType.SUBSCRIBE,
        packetId: index + 1,
        properties: NO_PROPERTIES,
        subscriptions: [
          { filter: `f/${from + index}`, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
      }));
    const unsubscribe = (from: number): Packet[] =>
      times(1000, (index) => ({
        type: PacketType.UNSUBSCRIBE,
        packetId: index + 1,
        properties: NO_PROPERTIES,
        filters: [`f/${from + index}`],
      }));
    let before = 0;
    for (let from = 0; from < 1_000_000; from += 1000) {
      client.send(...subscribe(from));
      const answers = await client.take(1000);
      expect(answers.every((packet) => packet.type === SUBACK && packet.reasonCodes[0] === 0)).toBe(true);
      client.send(...unsubscribe(from));
      await client.take(1000);
      if (from === 100_000) before = broker.memory;
    }
    expect(broker.memory - before).toBeLessThan(50 * MEGABYTE);
    expect((await broker.figures()).subscriptions).toBe(1);
  }),
);

test("RX-17 one client id that connects, publishes and subscribes for half a minute", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const end = performance.now() + 30_000;
    const wishes = { clientId: "same", cleanStart: false, properties: { sessionExpiryInterval: 60 } };
    let before = 0;
    let count = 0;
    for (; performance.now() < end; count += 1) {
      const client = await PacketClient.connect(broker.at, wishes);
      client.publish("jitter/1", "m");
      client.send({
        type: PacketType.UNSUBSCRIBE,
        packetId: 2,
        properties: NO_PROPERTIES,
        filters: [`jitter/${(count + 3) % 7}`],
      });
      await client.subscribe(`jitter/${count % 7}`).catch(() => {});
      if (count === 1000) before = broker.memory;
    }
    expect(count).toBeGreaterThan(30 * 200);
    const { connections, sessions } = await broker.until((figures) => figures.connections <= 3);
    expect([connections, sessions]).toEqual([3, 3]);
    expect(broker.memory - before).toBeLessThan(50 * MEGABYTE);
  }),
);

test(
  "RX-17 the same, where reconnects are limited: the first ones came in, and the last of them stays",
  {
    timeout: MINUTES,
  },
  () =>
    undisturbed(["--max-reconnects", "100", "--ban-time", "1h"], async (broker) => {
      const end = performance.now() + 30_000;
      const wishes = { clientId: "same", cleanStart: false, properties: { sessionExpiryInterval: 60 } };
      const codes = new Map<number, number>();
      let there: PacketClient | undefined;
      let before = 0;
      let count = 0;
      for (; performance.now() < end; count += 1) {
        const client = await PacketClient.connect(broker.at, wishes);
        const code = client.connack?.reasonCode ?? -1;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code === 0) {
          there = client;
          await client.subscribe(`jitter/${count % 7}`);
        }
        there?.publish("jitter/1", "m");
        if (count === 1000) before = broker.memory;
      }
      expect(count).toBeGreaterThan(30 * 200);
      expect([...codes]).toEqual([
        [0, 100],
        [ReasonCode.BANNED, count - 100],
      ]);
      await there?.settled();
      expect(there?.isClosed).toBe(false);
      const { connections, sessions } = await broker.until((figures) => figures.connections <= 3);
      expect([connections, sessions]).toEqual([3, 3]);
      expect(broker.memory - before).toBeLessThan(50 * MEGABYTE);
    }),
);

test("RX-18 fifty thousand short lives", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    let before = 0;
    for (let round = 0; round < 500; round += 1) {
      await Promise.all(
        times(100, async (index) => {
          const client = await PacketClient.connect(broker.at, { clientId: `life-${index}` });
          client.send(publishPacket("nobody", "m"));
          if (index % 2 === 0) client.destroy();
          else await client.disconnect();
        }),
      );
      if (round === 100) before = broker.memory;
    }
    expect(await broker.until(({ connections }) => connections <= 2)).toMatchObject({ sessions: 2, kept: 0 });
    expect(broker.memory - before).toBeLessThan(50 * MEGABYTE);
  }),
);

test("RX-19 a million clients that want their session for ever", { timeout: 3 * MINUTES }, () =>
  undisturbed([], async (broker) => {
    const lives = new ShortLives(broker.at, { sessionExpiryInterval: 0xffff_ffff });
    // Two sessions are the bystander's.
    const room = 100_000 - 2;
    const empty = broker.memory;
    await lives.run(0, 100_000);
    expect((await broker.figures()).sessions).toBe(100_000);
    const full = broker.memory;
    expect(full - empty).toBeLessThan(400 * MEGABYTE);
    await lives.run(100_000, 1_000_000);
    expect([...lives.codes]).toEqual([
      [0, room],
      [ReasonCode.QUOTA_EXCEEDED, 1_000_000 - room],
    ]);
    expect([...lives.expiries]).toEqual([7 * 24 * 3600]);
    expect((await broker.figures()).sessions).toBe(100_000);
    expect(broker.memory - full).toBeLessThan(50 * MEGABYTE);

    const back = await PacketClient.connect(broker.at, { clientId: lives.idOf(7), cleanStart: false });
    expect(back.connack).toMatchObject({ reasonCode: 0, sessionPresent: true });
    expect((await PacketClient.connect(broker.at)).connack?.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    // Its interval is 0 now: with it goes a session, and somebody else has room.
    await back.disconnect();
    expect((await broker.until(({ connections }) => connections === 2)).sessions).toBe(99_999);
  }),
);

test("RX-15 65,535 topics for a client that takes as many aliases, and back", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const client = await PacketClient.connect(broker.at, { properties: { topicAliasMaximum: 65_535 } });
    expect(client.connack?.properties.topicAliasMaximum).toBe(32);
    await client.subscribe("many/#");
    const publisher = await PacketClient.connect(broker.at);
    const before = broker.memory;
    for (let round = 0; round < 3; round += 1) {
      for (let from = 0; from < 65_535; from += 1000) {
        publisher.send(...times(Math.min(1000, 65_535 - from), (index) => publishPacket(`many/${from + index}`, "m")));
        await publisher.settled();
      }
      const arrived = (await client.settled()).flatMap((packet) => (packet.type === PUBLISH ? [packet] : []));
      expect(arrived).toHaveLength(65_535);
      expect(Math.max(...arrived.map(({ properties }) => properties.topicAlias ?? 0))).toBeLessThanOrEqual(16);
      // The first ones are known by their alias in later rounds; all others come with their topic.
      const named = arrived.filter(({ topic }) => topic !== "");
      expect(named).toHaveLength(round === 0 ? 65_535 : 65_535 - 16);
      expect(new Set(named.map(({ topic }) => topic)).size).toBe(named.length);
    }
    expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
    // The other way: as many as announced, each of them anew and anew, and not one more.
    for (let count = 0; count < 65_535; count += 1) {
      publisher.publish(`many/${count}`, "m", { properties: { topicAlias: (count % 32) + 1 } });
      if (count % 1000 === 0) await publisher.settled();
    }
    await publisher.settled();
    expect(await client.settled()).toHaveLength(65_535);
    publisher.publish("many/t", "m", { properties: { topicAlias: 33 } });
    expect(await publisher.ended()).toMatchObject([
      { type: PacketType.DISCONNECT, reasonCode: ReasonCode.TOPIC_ALIAS_INVALID },
    ]);
  }),
);

test("MP-26 ten thousand Wills whose delay is longer than their session", { timeout: MINUTES }, () =>
  undisturbed([], async (broker) => {
    const heard = await PacketClient.connect(broker.at);
    await heard.subscribe("wills");
    const will = {
      topic: "wills",
      payload: Buffer.alloc(1000),
      qos: 0 as const,
      retain: false,
      properties: { willDelayInterval: 0xffff_ffff },
    };
    let before = 0;
    for (let round = 0; round < 100; round += 1) {
      for (const client of await many(100, () => PacketClient.connect(broker.at, { will }))) client.destroy();
      await heard.until(() => heard.arrived.length === 100, "the Wills of this round");
      heard.arrived.length = 0;
      if (round === 20) before = broker.memory;
    }
    expect(broker.memory - before).toBeLessThan(30 * MEGABYTE);
  }),
);
