import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { NO_PROPERTIES, type Packet, PacketType, ReasonCode } from "../../src/codec/index.ts";
import { connectPacket, PacketClient, payloadsOf, publishPacket } from "../support/packet-client.ts";
import { mqtkBin } from "../support/run-mqtk.ts";
import { Bystander } from "./support/bystander.ts";
import { ChildBroker } from "./support/child-broker.ts";

const { CONNACK, DISCONNECT, PINGREQ, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE } = PacketType;
const MEGABYTE = 1024 * 1024;
const KILOBYTE = Buffer.alloc(1024, "x");

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A session that stays when its client goes. */
const staying = (clientId: string, receiveMaximum = 10) => ({
  clientId,
  cleanStart: false,
  properties: { sessionExpiryInterval: 3600, receiveMaximum },
});

function subscribePacket(...filters: string[]): Packet {
  return {
    type: SUBSCRIBE,
    packetId: 1,
    properties: NO_PROPERTIES,
    subscriptions: filters.map((filter) => ({
      filter,
      qos: 0,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
    })),
  };
}

describe("connections", () => {
  test("RX-01 idle clients with an endless keep alive: as many as allowed, with the interval that the broker wants", async () => {
    const broker = await ChildBroker.start(["--max-connections", "200", "--max-keepalive", "1m"]);
    const bystander = await Bystander.start(broker.at);
    const clients = await Promise.all(times(250, () => PacketClient.connect(broker.at, { keepAlive: 65_535 })));
    const admitted = clients.filter(({ connack }) => connack?.reasonCode === 0);
    expect(admitted).toHaveLength(198);
    expect(new Set(admitted.map(({ connack }) => connack?.properties.serverKeepAlive))).toEqual(new Set([60]));
    const refused = clients.filter((client) => !admitted.includes(client));
    expect(new Set(refused.map(({ connack }) => connack?.reasonCode))).toEqual(new Set([ReasonCode.SERVER_BUSY]));
    for (const client of clients) client.destroy();
    await broker.until(({ connections }) => connections === 2);
    await broker.check();
    await bystander.stop();
  });

  test("RX-02 CONNECT byte by byte: the time counts from the beginning of the connection", async () => {
    const broker = await ChildBroker.start(["--connect-timeout", "700ms"]);
    const started = performance.now();
    const client = await PacketClient.open(broker.at);
    const bytes = Buffer.from("100c00044d5154540402003c000174", "hex");
    let sent = 0;
    const timer = setInterval(() => client.sendBytes(bytes.subarray(sent, ++sent % (bytes.length - 1))), 50);
    onTestFinished(() => clearInterval(timer));
    await client.ended();
    expect(performance.now() - started).toBeGreaterThan(600);
    expect(performance.now() - started).toBeLessThan(4500); // without the option it would be 5 s
    await broker.check();
  });

  test("RX-17 one client id that connects all the time has one session, and the last connection it", async () => {
    const broker = await ChildBroker.start(["--quiet"]);
    const bystander = await Bystander.start(broker.at);
    let last: PacketClient | undefined;
    for (let count = 0; count < 300; count += 1) {
      const client = await PacketClient.connect(broker.at, staying("same"));
      expect(client.connack?.sessionPresent).toBe(count > 0);
      client.send(subscribePacket(`jitter/${count % 7}`), publishPacket("jitter/1", "m"));
      last = client;
    }
    await last?.settled();
    expect(last?.isClosed).toBe(false);
    await broker.check();
    await bystander.stop();
  });

  test("RX-17 two clients that take one session from each other for ever: one is left, and the other has to wait", async () => {
    const broker = await ChildBroker.start(["--max-reconnects", "20", "--ban-time", "1h"]);
    const bystander = await Bystander.start(broker.at);
    let there = await PacketClient.connect(broker.at, staying("same"));
    let rounds = 1;
    for (;;) {
      const other = await PacketClient.connect(broker.at, staying("same"));
      if (other.connack?.reasonCode !== 0) break;
      expect(await there.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.SESSION_TAKEN_OVER }]);
      there = other;
      rounds += 1;
    }
    expect(rounds).toBe(20);
    for (let count = 0; count < 200; count += 1) {
      const { connack } = await PacketClient.connect(broker.at, staying("same"));
      expect(connack?.reasonCode).toBe(ReasonCode.BANNED);
    }
    expect(await there.settled()).toEqual([]);
    expect((await broker.until(({ connections }) => connections === 3)).sessions).toBe(3);
    await broker.check();
    await bystander.stop();
  });

  test("RX-18 after many short lives nothing is left of them", async () => {
    const broker = await ChildBroker.start();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        times(50, async (index) => {
          const client = await PacketClient.connect(broker.at, { clientId: `life-${index}` });
          await client.subscribe(["a/+", `b/${index}`, "$share/g/c"]);
          if (index % 2 === 0) client.destroy();
          else await client.disconnect();
        }),
      );
    }
    expect(await broker.until(({ connections }) => connections === 0)).toMatchObject({
      sessions: 0,
      subscriptions: 0,
      kept: 0,
      outgoing: 0,
    });
  });

  test("RX-19 sessions are limited in number, and do not stay for ever", async () => {
    const broker = await ChildBroker.start(["--max-sessions", "10", "--max-session-expiry", "1h"]);
    for (let count = 0; count < 10; count += 1) {
      const client = await PacketClient.connect(broker.at, {
        clientId: `s${count}`,
        properties: { sessionExpiryInterval: 0xffff_ffff },
      });
      expect(client.connack?.properties.sessionExpiryInterval).toBe(3600);
      await client.disconnect();
    }
    expect((await PacketClient.connect(broker.at)).connack?.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    expect((await PacketClient.connect(broker.at, { clientId: "s3" })).connack?.reasonCode).toBe(0);
  });

  test("RX-21 thousands of bad connections are some lines of log", async () => {
    const broker = await ChildBroker.start();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        times(100, async () => {
          const client = await PacketClient.open(broker.at);
          client.sendBytes(Buffer.from("c000", "hex"));
          await client.ended();
        }),
      );
    }
    await broker.check();
    const lines = broker.process.stderr.split("\n").filter((line) => line.includes("refused"));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.length).toBeLessThan(300);
  });

  test.skipIf(!existsSync("/proc/self/fd"))(
    "T-F1 more clients than file descriptors: those who are there stay, and nothing spins",
    async () => {
      const child = spawn("sh", [
        "-c",
        `ulimit -n 128; exec "${process.execPath}" "${mqtkBin}" broker -p 0 --ready-json - --quiet`,
      ]);
      onTestFinished(() => {
        child.kill("SIGKILL");
      });
      const { port, pid } = await new Promise<{ port: number; pid: number }>((resolve) => {
        child.stdout.once("data", (line: Buffer) => resolve(JSON.parse(line.toString())));
      });
      const at = { host: "127.0.0.1", port };
      const bystander = await Bystander.start(at);
      const sockets = await Promise.all(times(300, () => PacketClient.open(at)));
      for (const socket of sockets) socket.send(connectPacket());
      const answers = await Promise.all(sockets.map((socket) => socket.next().catch(() => undefined)));
      const admitted = answers.filter((answer) => answer?.type === CONNACK && answer.reasonCode === 0).length;
      // 128 less those for files and listeners, less the bystander.
      expect(admitted).toBe(128 - 64 - 2);
      const { readFileSync } = await import("node:fs");
      const used = () => {
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
        return Number(fields[11]) + Number(fields[12]);
      };
      const before = used();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(used() - before).toBeLessThan(20);
      for (const socket of sockets) socket.destroy();
      await bystander.stop();
      await expect.poll(async () => (await PacketClient.connect(at)).connack?.reasonCode).toBe(0);
    },
  );
});

describe("slow and frozen subscribers", () => {
  test("RX-03 QoS 0 to a frozen subscriber: bounded, dropped and counted; the bystander notices nothing", {
    timeout: 60_000,
  }, async () => {
    const broker = await ChildBroker.start(["--slow-after", "300ms"]);
    const bystander = await Bystander.start(broker.at);
    const frozen = await PacketClient.connect(broker.at);
    await frozen.subscribe("flood");
    frozen.pause();
    const before = broker.memory;
    const publisher = await PacketClient.connect(broker.at);
    const packets = times(500, () => publishPacket("flood", KILOBYTE));
    let highest = 0;
    for (let sent = 0; sent < 100_000; sent += packets.length) {
      publisher.send(...packets);
      if (sent % 10_000 === 0) await publisher.settled();
      highest = Math.max(highest, broker.memory);
    }
    await publisher.settled();
    const { dropped, outgoing } = await broker.figures();
    expect(dropped["slow"]).toBeGreaterThan(50_000);
    expect(outgoing).toBeLessThan(16 * MEGABYTE);
    expect(highest - before).toBeLessThan(150 * MEGABYTE);
    await broker.check();
    await bystander.stop();
    frozen.destroy();
  });

  test.each([
    ["drop-new", 0, 10 + 100],
    ["drop-old", 0, 10 + 100],
    ["disconnect", 1, 10 + 100],
    ["reject-publish", 0, 10 + 100],
  ] as const)(
    "RX-04 QoS 1 to a subscriber that acknowledges nothing, %s: in flight and queue are bounded",
    async (policy, closed, kept) => {
      const broker = await ChildBroker.start([
        "--queue-policy",
        policy,
        "--max-queued-messages",
        "100",
        "--slow-after",
        "300ms",
      ]);
      const bystander = await Bystander.start(broker.at);
      const subscriber = await PacketClient.connect(broker.at, staying("s"));
      await subscriber.subscribe({ filter: "flood", qos: 1 });
      const publisher = await PacketClient.connect(broker.at);
      let rejected = 0;
      for (let sent = 0; sent < 5000; sent += 500) {
        publisher.send(
          ...times(500, (index) => publishPacket("flood", `${sent + index}`, { qos: 1, packetId: index + 1 })),
        );
        for (const packet of await publisher.take(500, 20_000)) {
          if (packet.type === PUBACK && packet.reasonCode === ReasonCode.QUOTA_EXCEEDED) rejected += 1;
        }
      }
      expect(rejected).toBe(policy === "reject-publish" ? 5000 - kept : 0);
      expect(subscriber.isClosed).toBe(closed === 1);
      const { dropped } = await broker.figures();
      expect(dropped["queue-full"]).toBe(5000 - kept);
      subscriber.destroy();
      const again = await PacketClient.connect(broker.at, staying("s", 1000));
      const payloads = payloadsOf(await again.settled()).map(Number);
      expect(payloads).toHaveLength(kept);
      expect(payloads.slice(0, 10)).toEqual(times(10, (index) => index));
      expect(payloads.at(-1)).toBe(policy === "drop-old" ? 4999 : kept - 1);
      await broker.check();
      await bystander.stop();
    },
  );

  test("RX-05 a session that is away keeps as much as it may, in memory and in number", {
    timeout: 60_000,
  }, async () => {
    const broker = await ChildBroker.start();
    const away = await PacketClient.connect(broker.at, staying("away"));
    await away.subscribe({ filter: "flood", qos: 1 });
    await away.disconnect();
    const publisher = await PacketClient.connect(broker.at);
    const packets = times(1000, (index) => publishPacket("flood", KILOBYTE, { qos: 1, packetId: index + 1 }));
    const before = broker.memory;
    for (let sent = 0; sent < 100_000; sent += packets.length) {
      publisher.send(...packets);
      await publisher.take(packets.length);
    }
    const { dropped, kept } = await broker.figures();
    expect(dropped["queue-full"]).toBe(99_000);
    expect(kept).toBeLessThan(2 * MEGABYTE);
    expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
    await broker.check();
  });

  test("too much for all clients together: some are dropped, the broker lives", { timeout: 60_000 }, async () => {
    const broker = await ChildBroker.start(["--memory-limit", "20M"]);
    const bystander = await Bystander.start(broker.at);
    for (let count = 0; count < 20; count += 1) {
      const away = await PacketClient.connect(broker.at, staying(`away-${count}`));
      await away.subscribe({ filter: `away/${count}`, qos: 1 });
      await away.disconnect();
    }
    const publisher = await PacketClient.connect(broker.at);
    for (let round = 0; round < 10; round += 1) {
      publisher.send(
        ...times(20, (index) => publishPacket(`away/${index}`, Buffer.alloc(200_000), { qos: 1, packetId: index + 1 })),
      );
      await publisher.take(20);
    }
    const { dropped, kept } = await broker.figures();
    expect(kept).toBeLessThan(21 * MEGABYTE);
    expect(dropped["memory"]).toBeGreaterThan(50);
    await broker.check();
    await bystander.stop();
  });
});

describe("QoS 2", () => {
  test("RX-06 all packet ids at once without PUBREL, in one piece: 0x93 in 5.0; before, each once and nothing grows", async () => {
    const broker = await ChildBroker.start(["--receive-maximum", "100"]);
    const flood = Buffer.concat(
      times(65_535, (index) => Buffer.from([0x34, 6, 0, 1, 0x61, (index + 1) >> 8, (index + 1) & 255, 0x78])),
    );
    const flood5 = Buffer.concat(
      times(65_535, (index) => Buffer.from([0x34, 7, 0, 1, 0x61, (index + 1) >> 8, (index + 1) & 255, 0, 0x78])),
    );
    const client = await PacketClient.connect(broker.at);
    client.sendBytes(flood5);
    const packets = await client.ended();
    expect(packets.filter(({ type }) => type === PUBREC)).toHaveLength(100);
    expect(packets.at(-1)).toMatchObject({ type: DISCONNECT, reasonCode: ReasonCode.RECEIVE_MAXIMUM_EXCEEDED });

    const witness = await PacketClient.connect(broker.at);
    await witness.subscribe("a");
    const older = await PacketClient.connect(broker.at, { protocolVersion: 4 });
    const before = broker.memory;
    for (let round = 0; round < 3; round += 1) {
      older.sendBytes(flood);
      expect(await older.take(65_535)).toHaveLength(65_535);
    }
    expect(await witness.settled()).toHaveLength(65_535);
    expect(broker.memory - before).toBeLessThan(60 * MEGABYTE);
    await broker.check();
  });

  test("RX-07 complete exchanges leave nothing behind", { timeout: 60_000 }, async () => {
    const broker = await ChildBroker.start();
    const subscriber = await PacketClient.connect(broker.at, staying("s", 100));
    await subscriber.subscribe({ filter: "t", qos: 2 });
    const publisher = await PacketClient.connect(broker.at);
    for (let round = 0; round < 100; round += 1) {
      publisher.send(...times(100, (index) => publishPacket("t", "m", { qos: 2, packetId: index + 1 })));
      await publisher.take(100);
      for (let id = 1; id <= 100; id += 1) publisher.acknowledge(PUBREL, id);
      await publisher.take(100);
      const ids = (await subscriber.take(100)).map(
        (packet) => (packet.type === PUBLISH ? packet.packetId : 0) as number,
      );
      for (const id of ids) subscriber.acknowledge(PUBREC, id);
      await subscriber.take(100);
      for (const id of ids) subscriber.acknowledge(PUBCOMP, id);
    }
    await subscriber.settled();
    expect(await broker.figures()).toMatchObject({ received: 10_000, sent: 10_000, kept: 0, outgoing: 0 });
  });
});

describe("topics and subscriptions", () => {
  test("RX-08 endless topics, filters and Will Topics are refused, where levels are limited", async () => {
    const broker = await ChildBroker.start();
    const deep = "/".repeat(65_535);
    for (const topic of [deep, `${"+/".repeat(300)}+`, `${"a/".repeat(256)}a`]) {
      for (const protocolVersion of [4, 5] as const) {
        const subscriber = await PacketClient.connect(broker.at, { protocolVersion });
        expect((await subscriber.subscribe(topic)).reasonCodes).toEqual([protocolVersion === 5 ? 0x8f : 0x80]);
        subscriber.send({ type: PacketType.UNSUBSCRIBE, packetId: 7, properties: NO_PROPERTIES, filters: [topic] });
        expect((await subscriber.nextOf(PacketType.UNSUBACK)).reasonCodes).toEqual(protocolVersion === 5 ? [0x11] : []);
        if (topic.includes("+")) continue;
        subscriber.publish(topic, "m");
        const [farewell] = await subscriber.ended();
        if (protocolVersion === 5) expect(farewell).toMatchObject({ reasonCode: ReasonCode.TOPIC_NAME_INVALID });
        const will = { topic, payload: KILOBYTE, qos: 0 as const, retain: false, properties: NO_PROPERTIES };
        const refused = await PacketClient.connect(broker.at, { protocolVersion, will });
        expect(refused.connack?.reasonCode).not.toBe(0);
      }
    }
    for (const levels of [101, 129, 201, 256]) {
      const client = await PacketClient.connect(broker.at);
      const topic = `${"a/".repeat(levels - 1)}a`;
      expect((await client.subscribe(topic)).reasonCodes).toEqual([0]);
      client.publish(topic, "m");
      expect(await client.next()).toMatchObject({ type: PUBLISH, topic });
    }
    await broker.check();
  });

  test("RX-08 with the limit lifted, topics of 65,535 levels go through", async () => {
    const broker = await ChildBroker.start(["--max-topic-levels", "0"]);
    const client = await PacketClient.connect(broker.at);
    const topic = "/".repeat(65_535);
    expect((await client.subscribe([topic, "/#", `${"+/".repeat(30_000)}#`])).reasonCodes).toEqual([0, 0, 0]);
    client.publish(topic, "m", { retain: true });
    expect(await client.settled()).toMatchObject([{ type: PUBLISH, topic }]);
    expect((await client.subscribe({ filter: "#", qos: 0 })).reasonCodes).toEqual([0]);
    expect(await client.settled()).toMatchObject([{ type: PUBLISH, topic, retain: true }]);
    await broker.check();
  });

  test("RX-09 thousands of filters of all shapes against a topic that all match: a publish stays cheap", async () => {
    const broker = await ChildBroker.start(["--max-subscriptions", "none", "--quiet"]);
    const client = await PacketClient.connect(broker.at);
    const filters = times(8192, (shape) => [...times(13, (bit) => ((shape >> bit) & 1 ? "+" : "a")), "x"].join("/"));
    client.send(subscribePacket(...filters));
    await client.next();
    const publisher = await PacketClient.connect(broker.at);
    const topics = times(100, (index) => `${"a/".repeat(13)}y${index}`);
    const before = broker.processorTime;
    for (const topic of topics) publisher.publish(topic, "m");
    await publisher.settled();
    const perPublish = (broker.processorTime - before) / topics.length;
    expect(perPublish).toBeLessThan(0.01);
    await broker.check();
  });

  test("RX-10 overlapping filters of many clients: one copy for each client", async () => {
    const broker = await ChildBroker.start();
    const clients = await Promise.all(
      times(100, async () => {
        const client = await PacketClient.connect(broker.at);
        await client.subscribe(["#", "+/#", "+/+/#", "a/b/c", "a/+/c"]);
        return client;
      }),
    );
    const publisher = await PacketClient.connect(broker.at);
    for (let count = 0; count < 100; count += 1) publisher.publish("a/b/c", `${count}`);
    await publisher.settled();
    for (const client of clients) expect(await client.settled()).toHaveLength(100);
    await broker.check();
  });

  test("RX-13 more subscriptions than allowed are refused one by one, and memory comes back", async () => {
    const broker = await ChildBroker.start();
    const client = await PacketClient.connect(broker.at);
    const filters = times(50_000, (index) => `filter/${index}`);
    client.send(subscribePacket(...filters));
    const [suback] = await client.take(1);
    const codes = suback?.type === PacketType.SUBACK ? suback.reasonCodes : [];
    expect(codes.filter((code) => code === 0)).toHaveLength(1000);
    expect(new Set(codes.slice(1000))).toEqual(new Set([ReasonCode.QUOTA_EXCEEDED]));
    expect((await broker.figures()).subscriptions).toBe(1000);
    for (let round = 0; round < 50; round += 1) {
      client.send({
        type: PacketType.UNSUBSCRIBE,
        packetId: 1,
        properties: NO_PROPERTIES,
        filters: filters.slice(0, 1000),
      });
      client.send(subscribePacket(...filters.slice(0, 1000)));
      await client.take(2);
    }
    await client.disconnect();
    expect((await broker.until(({ connections }) => connections === 0)).subscriptions).toBe(0);
    await broker.check();
  });

  test("RX-13 the longest and deepest filters of many clients take no more memory than they may", async () => {
    const broker = await ChildBroker.start(["--max-subscription-bytes", "4M", "--subscription-memory-limit", "10M"]);
    await broker.check();
    const before = broker.memory;
    const long = times(200, (index) => `${index}/${"x".repeat(60_000)}`);
    const deep = times(200, (index) => `${index}${"/x".repeat(255)}`);
    for (const filters of [long, deep, long, deep, deep]) {
      const client = await PacketClient.connect(broker.at);
      const codes: number[] = [];
      // A packet may have 2 MiB.
      for (let from = 0; from < filters.length; from += 20) {
        client.send(subscribePacket(...filters.slice(from, from + 20)));
        codes.push(...(await client.nextOf(PacketType.SUBACK)).reasonCodes);
      }
      expect(new Set(codes.slice(70))).toEqual(new Set([ReasonCode.QUOTA_EXCEEDED]));
    }
    // Three times 4 MB are more than 10 MB: the last ones got nothing.
    expect((await broker.figures()).subscriptions).toBeLessThan(190);
    expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
    await broker.check();
  });

  test("RX-15 topic aliases: as many as announced, whatever the client could take", async () => {
    const broker = await ChildBroker.start();
    const client = await PacketClient.connect(broker.at, { properties: { topicAliasMaximum: 65_535 } });
    expect(client.connack?.properties.topicAliasMaximum).toBe(32);
    await client.subscribe("many/#");
    const publisher = await PacketClient.connect(broker.at);
    for (let count = 0; count < 5000; count += 1) publisher.publish(`many/${count}`, "m");
    await publisher.settled();
    const aliases = (await client.settled()).map((packet) =>
      packet.type === PUBLISH ? (packet.properties.topicAlias ?? 0) : 0,
    );
    expect(aliases).toHaveLength(5000);
    expect(Math.max(...aliases)).toBe(16);
    publisher.publish("t", "m", { properties: { topicAlias: 33 } });
    expect(await publisher.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.TOPIC_ALIAS_INVALID }]);
  });
});

describe("retained messages and Wills", () => {
  test("RX-11 retained messages beyond number or bytes are refused with 0x97; those that are there stay", async () => {
    const broker = await ChildBroker.start(["--max-retained", "50", "--max-retained-bytes", "1M"]);
    const client = await PacketClient.connect(broker.at);
    for (let count = 0; count < 60; count += 1) client.publish(`r/${count}`, "m", { qos: 1, retain: true });
    const codes = (await client.take(60)).map((packet) => (packet.type === PUBACK ? packet.reasonCode : -1));
    expect(codes.filter((code) => code === ReasonCode.QUOTA_EXCEEDED)).toHaveLength(10);
    for (let count = 0; count < 50; count += 1) client.publish(`r/${count}`, KILOBYTE, { qos: 1, retain: true });
    await client.take(50);
    client.publish("r/0", Buffer.alloc(MEGABYTE), { qos: 1, retain: true });
    expect(await client.next()).toMatchObject({ reasonCode: ReasonCode.QUOTA_EXCEEDED });
    expect((await broker.figures()).retained).toBe(50);
    await client.subscribe("r/#");
    const retained = await client.settled();
    expect(retained).toHaveLength(50);
    expect(retained.every((packet) => packet.type === PUBLISH && packet.payload.length === 1024)).toBe(true);
  });

  test("RX-12 10,000 retained messages to slow readers: sent as they take them, none lost for who reads", {
    timeout: 60_000,
  }, async () => {
    const broker = await ChildBroker.start();
    const bystander = await Bystander.start(broker.at);
    const publisher = await PacketClient.connect(broker.at);
    for (let from = 0; from < 10_000; from += 1000) {
      publisher.send(...times(1000, (index) => publishPacket(`r/${from + index}`, KILOBYTE, { retain: true })));
      await publisher.settled();
    }
    const before = broker.memory;
    const frozen = await Promise.all(times(10, () => PacketClient.connect(broker.at)));
    for (const client of frozen) {
      client.send(subscribePacket("r/#"));
      client.pause();
    }
    const reader = await PacketClient.connect(broker.at);
    await reader.subscribe("r/#");
    await reader.until(() => reader.arrived.length === 10_000, "all retained messages", 30_000);
    expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
    for (const client of frozen) client.resume();
    for (const client of frozen) {
      await client.until(() => client.arrived.length === 10_001, "all retained messages", 30_000);
      client.destroy();
    }
    await broker.check();
    await bystander.stop();
  });

  test("RX-16 hundreds of Wills at once: all published, the bystander waits for nothing", {
    timeout: 60_000,
  }, async () => {
    const broker = await ChildBroker.start(["--quiet"]);
    const bystander = await Bystander.start(broker.at);
    const subscribers = await Promise.all(
      times(20, async () => {
        const client = await PacketClient.connect(broker.at);
        await client.subscribe("wills");
        return client;
      }),
    );
    const will = {
      topic: "wills",
      payload: Buffer.alloc(16_384),
      qos: 0 as const,
      retain: false,
      properties: NO_PROPERTIES,
    };
    const clients = await Promise.all(times(500, () => PacketClient.connect(broker.at, { will })));
    for (const client of clients) client.destroy();
    for (const subscriber of subscribers) {
      await subscriber.until(() => subscriber.arrived.length === 500, "all Wills", 20_000);
    }
    await broker.check();
    await bystander.stop();
  });
});

test("RX-14 a message with thousands of user properties is refused at once, and reaches nobody", async () => {
  const broker = await ChildBroker.start();
  const bystander = await Bystander.start(broker.at);
  const subscriber = await PacketClient.connect(broker.at);
  await subscriber.subscribe("t");
  const userProperties = times(15_000, () => ["k", "v"] as const);
  for (let count = 0; count < 20; count += 1) {
    const publisher = await PacketClient.connect(broker.at);
    publisher.publish("t", "m", { properties: { userProperties } });
    expect(await publisher.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.QUOTA_EXCEEDED }]);
  }
  subscriber.send({ type: PINGREQ });
  expect(await subscriber.take(1)).toMatchObject([{ type: PacketType.PINGRESP }]);
  await broker.check();
  await bystander.stop();
});
