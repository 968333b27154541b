import { describe, expect, test } from "vitest";
import type { Challenge } from "../../../src/broker/auth/auth.ts";
import type { Auth, QueuePolicy } from "../../../src/broker/index.ts";
import { NO_PROPERTIES, type Packet, PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { connectPacket, PacketClient, payloadsOf, publishPacket } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

const { AUTH, CONNACK, DISCONNECT, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } = PacketType;

function userProperties(count: number, length = 1): readonly (readonly [string, string])[] {
  return Array.from({ length: count }, () => ["k", "v".repeat(length)] as const);
}

describe("user properties", () => {
  test("as many as allowed go through; one more ends the connection with 0x97", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect({ properties: { userProperties: userProperties(64) } });
    await subscriber.subscribe("t");
    const publisher = await broker.connect();
    publisher.publish("t", "64", { properties: { userProperties: userProperties(64) } });
    expect(await subscriber.next()).toMatchObject({ properties: { userProperties: userProperties(64) } });
    publisher.publish("t", "65", { properties: { userProperties: userProperties(65) } });
    expect(await publisher.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.QUOTA_EXCEEDED }]);
    expect(await subscriber.settled()).toEqual([]);
  });

  test("bytes are limited too, in PUBLISH, CONNECT, Will, SUBSCRIBE", async () => {
    const broker = await RunningBroker.start();
    const large = { userProperties: userProperties(2, 8200) };
    expect((await broker.connect({ properties: large })).connack?.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    const will = { topic: "t", payload: Buffer.alloc(0), qos: 0 as const, retain: false, properties: large };
    expect((await broker.connect({ will })).connack?.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    const publisher = await broker.connect();
    publisher.publish("t", "", { properties: large });
    expect(await publisher.ended()).toMatchObject([{ reasonCode: ReasonCode.QUOTA_EXCEEDED }]);
    const subscriber = await broker.connect();
    await expect(subscriber.subscribe("t", large)).rejects.toThrow('"reasonCode":151');
  });

  test("RX-14 15,000 of them are refused in no time", async () => {
    const broker = await RunningBroker.start();
    // Processor time: how busy the machine is with other tests says nothing.
    const started = process.cpuUsage();
    const refused = await broker.connect({ properties: { userProperties: userProperties(15_000) } });
    expect(refused.connack?.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

describe("failed authentication", () => {
  const auth: Auth = {
    authenticate: async ({ password }) =>
      password?.toString() === "right"
        ? {
            identity: "",
            permissions: { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true },
          }
        : { reasonCode: ReasonCode.BAD_USER_NAME_OR_PASSWORD },
  };

  test("RX-22 after too many attempts within a minute nobody from there is asked any more, for a while", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ auth, clock, options: { maximumFailedConnects: 3 } });
    const attempt = async (password: string) =>
      (await broker.connect({ userName: "u", password: Buffer.from(password) })).connack?.reasonCode;
    const there = await broker.connect({ userName: "u", password: Buffer.from("right") });
    for (let time = 0; time < 3; time += 1) {
      expect(await attempt("wrong")).toBe(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
    expect(await attempt("right")).toBe(ReasonCode.BANNED);
    expect(await there.settled()).toEqual([]);
    clock.advance(60_000);
    expect(await attempt("right")).toBe(0);
  });
});

describe("RX-17 a client id that connects again and again", () => {
  const auth: Auth = {
    authenticate: ({ userName }) => ({
      identity: userName ?? "",
      permissions: { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true },
    }),
  };

  test.each([
    [5, ReasonCode.BANNED],
    [4, ReasonCode.NOT_AUTHORIZED],
  ] as const)("is refused for a while in version %d, and whoever is connected stays", async (protocolVersion, code) => {
    const clock = new TurnedClock();
    const options = { maximumReconnects: 3, banTime: 10_000 };
    const broker = await RunningBroker.start({ auth, clock, options });
    const wishes = { protocolVersion, clientId: "same" };
    const connect = () => broker.connect(wishes);
    await connect();
    await connect();
    const there = await connect();
    for (let time = 0; time < 5; time += 1) expect((await connect()).connack?.reasonCode).toBe(code);
    expect(await there.settled()).toEqual([]);
    expect(broker.broker.statistics().sessions).toBe(1);
    // Another client, another user with that id once it is free, and clients without an id are not concerned.
    expect((await broker.connect({ ...wishes, clientId: "other" })).connack?.reasonCode).toBe(0);
    await there.disconnect();
    expect((await broker.connect({ ...wishes, userName: "ann" })).connack?.reasonCode).toBe(0);
    for (let time = 0; time < 5; time += 1) {
      expect((await broker.connect({ ...wishes, clientId: "" })).connack?.reasonCode).toBe(0);
    }
    const [, , , reason] = broker.eventsOf("onRefused")[0] ?? [];
    expect(reason).toBe("the client id connects too often; it may come back in 10 s");
  });

  test("may come back when its time is over", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock, options: { maximumReconnects: 2, banTime: 10_000 } });
    const connect = async () => (await broker.connect({ clientId: "same" })).connack;
    await connect();
    await connect();
    clock.advance(9_001);
    expect(await connect()).toMatchObject({
      reasonCode: ReasonCode.BANNED,
      properties: { reasonString: "the client id connects too often; it may come back in 1 s" },
    });
    clock.advance(999);
    expect(await connect()).toMatchObject({ reasonCode: 0 });
  });

  test("is nobody's concern where there is no limit", async () => {
    const broker = await RunningBroker.start();
    for (let time = 0; time < 100; time += 1) {
      expect((await broker.connect({ clientId: "same" })).connack?.reasonCode).toBe(0);
    }
  });
});

describe("enhanced authentication", () => {
  const challenge = { challenge: Buffer.alloc(1000), respond: async () => challenge } as Challenge;
  const auth: Auth = { authenticate: async () => challenge };
  const wishes = connectPacket({ properties: { authenticationMethod: "endless" } });

  test("RX-20 ends after some rounds, whatever the method wants", async () => {
    const broker = await RunningBroker.start({ auth });
    const client = await PacketClient.open(broker.at);
    client.send(wishes);
    for (let round = 0; round < 10; round += 1) {
      await client.nextOf(AUTH);
      client.send({ type: AUTH, reasonCode: 0x18, properties: { authenticationMethod: "endless" } });
    }
    expect(await client.ended()).toMatchObject([{ type: CONNACK, reasonCode: ReasonCode.NOT_AUTHORIZED }]);
  });

  test("RX-20 does not prolong the time for CONNECT", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ auth, clock });
    const client = await PacketClient.open(broker.at);
    client.send(wishes);
    await client.nextOf(AUTH);
    clock.advance(4999);
    client.send({ type: AUTH, reasonCode: 0x18, properties: { authenticationMethod: "endless" } });
    await client.nextOf(AUTH);
    await broker.swept();
    expect(client.isClosed).toBe(false);
    clock.advance(1);
    await client.ended();
  });
});

describe("strict UTF-8", () => {
  test.each(["\u0001", "\u001f", "\u007f", "\u009f", "\ufdd0", "\ufffe", "\uffff", "\u{1fffe}", "\u{10ffff}"])(
    "%j is accepted, unless the broker is strict",
    async (character) => {
      const text = `a${character}`;
      const lenient = await RunningBroker.start();
      const client = await lenient.connect({ clientId: text });
      await client.subscribe(text);
      client.publish(text, "m");
      expect(await client.next()).toMatchObject({ type: PUBLISH, topic: text });

      const strict = await RunningBroker.start({ options: { strictUtf8: true } });
      expect((await strict.connect({ clientId: text })).connack?.reasonCode).toBe(ReasonCode.MALFORMED_PACKET);
      const publisher = await strict.connect();
      publisher.publish(text, "m");
      expect(await publisher.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.MALFORMED_PACKET }]);
      const named = await strict.connect();
      named.publish("t", "m", { properties: { userProperties: [["k", text]] } });
      expect(await named.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.MALFORMED_PACKET }]);
      const subscriber = await strict.connect();
      await expect(subscriber.subscribe(text)).rejects.toThrow('"reasonCode":129');
    },
  );

  test("what is no such character is none when the broker is strict", async () => {
    const strict = await RunningBroker.start({ options: { strictUtf8: true } });
    const text = "aä€\u{1f600}\ufeff\u00a0 ";
    const client = await strict.connect({ clientId: text });
    await client.subscribe(text);
    client.publish(text, "\u0001", { properties: { userProperties: [["k", text]] } });
    expect(payloadsOf([await client.next()])).toEqual(["\u0001"]);
  });
});

describe("a full queue", () => {
  async function filled(queuePolicy: QueuePolicy, isConnected: boolean) {
    const clock = new TurnedClock();
    // Publishers are not held while the clock is turned between their messages: the subscriber counts as slow at once.
    const broker = await RunningBroker.start({
      clock,
      options: { maximumQueueLength: 3, queuePolicy, slowAfter: 0 },
    });
    const wishes = {
      clientId: "s",
      cleanStart: false,
      properties: { sessionExpiryInterval: 60, receiveMaximum: 1 },
    };
    const subscriber = await broker.connect(wishes);
    await subscriber.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    if (!isConnected) {
      await subscriber.disconnect();
      await broker.told("onDisconnect");
    }
    for (let number = 1; number <= 6; number += 1) {
      publisher.publish("t", `${number}`, { qos: 1 });
      await publisher.nextOf(PUBACK);
    }
    return { broker, subscriber, wishes };
  }

  async function taken(broker: RunningBroker, wishes: object): Promise<string[]> {
    const again = await broker.connect(wishes);
    const payloads: string[] = [];
    for (;;) {
      const [packet] = await again.settled();
      if (packet?.type !== PUBLISH) return payloads;
      payloads.push(...payloadsOf([packet]));
      again.acknowledge(PUBACK, packet.packetId);
    }
  }

  test.each([
    ["drop-new", ["1", "2", "3"]],
    ["drop-old", ["4", "5", "6"]],
    ["disconnect", ["1", "2", "3"]],
    ["reject-publish", ["1", "2", "3"]],
  ] as const)("%s: of a client that is away", async (policy, kept) => {
    const { broker, wishes } = await filled(policy, false);
    expect(broker.broker.statistics().dropped["queue-full"]).toBe(3);
    expect(await taken(broker, wishes)).toEqual(kept);
  });

  test.each([
    ["drop-new", ["1", "2", "3", "4"]],
    ["drop-old", ["1", "4", "5", "6"]],
  ] as const)("%s: of a client that acknowledges nothing", async (policy, kept) => {
    const { broker, subscriber, wishes } = await filled(policy, true);
    expect(broker.broker.statistics().dropped["queue-full"]).toBe(2);
    expect(subscriber.isClosed).toBe(false);
    subscriber.destroy();
    expect(await taken(broker, wishes)).toEqual(kept);
  });

  test("disconnect: the client is sent away with 0x97, and finds what waited for it when it is back", async () => {
    const { broker, subscriber, wishes } = await filled("disconnect", true);
    expect((await subscriber.ended()).at(-1)).toMatchObject({
      type: DISCONNECT,
      reasonCode: ReasonCode.QUOTA_EXCEEDED,
    });
    expect(await taken(broker, wishes)).toEqual(["1", "2", "3", "4"]);
  });
});

describe("RX-04 reject-publish: the publisher is told that a queue was full", () => {
  /** Room for one message for "full"; "other" takes everything. */
  async function crowded(version: 4 | 5, policy: QueuePolicy = "reject-publish") {
    const broker = await RunningBroker.start({ options: { maximumQueueLength: 1, queuePolicy: policy } });
    const away = await broker.connect({ clientId: "full", properties: { sessionExpiryInterval: 60 } });
    await away.subscribe({ filter: "t", qos: 1 });
    await away.disconnect();
    const other = await broker.connect();
    await other.subscribe(["t", "else"]);
    const publisher = await broker.connect({ protocolVersion: version });
    publisher.publish("t", "fills it", { qos: 1 });
    expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode: 0 });
    return { broker, other, publisher };
  }

  test("with 0x97, though somebody else got the message; a message for others alone is accepted", async () => {
    const { broker, other, publisher } = await crowded(5);
    publisher.publish("t", "too many", { qos: 1 });
    expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode: ReasonCode.QUOTA_EXCEEDED });
    publisher.publish("else", "fine", { qos: 1 });
    expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode: 0 });
    expect(payloadsOf(await other.settled())).toEqual(["fills it", "too many", "fine"]);
    expect(broker.broker.statistics().dropped["queue-full"]).toBe(1);
  });

  test("in PUBREC, which ends the exchange: the packet id is free for another message [MQTT-4.3.3-9]", async () => {
    const { other, publisher } = await crowded(5);
    for (const payload of ["first", "second"]) {
      publisher.publish("t", payload, { qos: 2, packetId: 7 });
      expect(await publisher.nextOf(PUBREC)).toMatchObject({ packetId: 7, reasonCode: ReasonCode.QUOTA_EXCEEDED });
    }
    publisher.acknowledge(PUBREL, 7);
    expect(await publisher.nextOf(PUBCOMP)).toMatchObject({ reasonCode: ReasonCode.PACKET_IDENTIFIER_NOT_FOUND });
    expect(payloadsOf(await other.settled())).toEqual(["fills it", "first", "second"]);
  });

  test("not before 5.0, where an exchange goes on to its end: a repeated PUBLISH is not another message", async () => {
    const { other, publisher } = await crowded(4);
    for (const dup of [false, true]) {
      publisher.publish("t", "once", { qos: 2, packetId: 7, dup });
      expect(await publisher.nextOf(PUBREC)).toMatchObject({ packetId: 7, reasonCode: 0 });
    }
    expect(payloadsOf(await other.settled())).toEqual(["fills it", "once"]);
  });

  test("nor with QoS 0, nor with the other policies", async () => {
    const { other, publisher } = await crowded(5);
    publisher.publish("t", "unasked");
    expect(await publisher.settled()).toEqual([]);
    expect(payloadsOf(await other.settled())).toEqual(["fills it", "unasked"]);
    for (const policy of ["drop-new", "drop-old", "disconnect"] as const) {
      const { publisher: silent } = await crowded(5, policy);
      silent.publish("t", "too many", { qos: 1 });
      expect(await silent.nextOf(PUBACK)).toMatchObject({ reasonCode: 0 });
    }
  });

  test("also where the memory of all together is used up", async () => {
    const broker = await RunningBroker.start({ options: { maximumMemory: 1000, queuePolicy: "reject-publish" } });
    const away = await broker.connect({ clientId: "away", properties: { sessionExpiryInterval: 60 } });
    await away.subscribe({ filter: "t", qos: 1 });
    await away.disconnect();
    const publisher = await broker.connect();
    for (const reasonCode of [0, ReasonCode.QUOTA_EXCEEDED]) {
      publisher.publish("t", Buffer.alloc(2000), { qos: 1 });
      expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode });
    }
    expect(broker.broker.statistics().dropped.memory).toBe(1);
  });
});

describe("memory of all clients together", () => {
  test("what is too much is dropped and counted; when it was taken, messages wait again", async () => {
    const broker = await RunningBroker.start({ options: { maximumMemory: 100_000 } });
    const away = await broker.connect({
      clientId: "away",
      cleanStart: false,
      properties: { sessionExpiryInterval: 60 },
    });
    await away.subscribe({ filter: "t", qos: 1 });
    await away.disconnect();
    await broker.told("onDisconnect");
    const publisher = await broker.connect();
    const large = Buffer.alloc(30_000);
    for (let time = 0; time < 6; time += 1) publisher.publish("t", large, { qos: 1 });
    await publisher.take(6);
    const { dropped, waiting } = broker.broker.statistics();
    expect(dropped.memory).toBe(2);
    expect(waiting.kept).toBeLessThan(130_000);
    const back = await broker.connect({ clientId: "away", cleanStart: true });
    expect(broker.broker.statistics().waiting.kept).toBe(0);
    await back.disconnect();
  });

  test("whoever has most of what the network does not take has to go, the others stay", async () => {
    const megabyte = 1024 * 1024;
    const broker = await RunningBroker.start({
      clock: new TurnedClock(),
      options: { maximumMemory: 16 * megabyte, softBacklog: 100 * megabyte, hardBacklog: 100 * megabyte },
    });
    const frozen = await Promise.all(["a", "b"].map((clientId) => broker.connect({ clientId })));
    for (const [index, client] of frozen.entries()) {
      await client.subscribe(`frozen/${index}`);
      client.pause();
    }
    const publisher = await broker.connect();
    const publish = async (topic: string, megabytes: number) => {
      for (let sent = 0; sent < megabytes; sent += 1) publisher.publish(topic, Buffer.alloc(megabyte));
      await publisher.settled();
    };
    await publish("frozen/0", 10);
    await publish("frozen/1", 28);
    const [[who, details]] = (await broker.told("onDisconnect")) as [[object, object]];
    expect(who).toMatchObject({ clientId: "b" });
    expect(details).toMatchObject({ reasonCode: ReasonCode.QUOTA_EXCEEDED });
    await broker.swept();
    expect(broker.broker.statistics().waiting.outgoing).toBeLessThan(16 * megabyte);
    const [patient] = frozen;
    patient?.resume();
    await patient?.until(() => patient.arrived.length === 10, "what waited for it");
    expect(broker.eventsOf("onDisconnect")).toHaveLength(1);
  });

  test("what is in flight and kept counts, and is bounded for each client", async () => {
    const broker = await RunningBroker.start({ options: { maximumQueueBytes: 100_000 } });
    const subscriber = await broker.connect({ properties: { sessionExpiryInterval: 60 } });
    await subscriber.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    for (let time = 0; time < 5; time += 1) publisher.publish("t", Buffer.alloc(30_000), { qos: 1 });
    await publisher.take(5);
    expect(await subscriber.settled()).toHaveLength(4);
    subscriber.acknowledge(PUBACK, 1);
    expect(await subscriber.settled()).toHaveLength(1);
    subscriber.destroy();
  });
});

describe("what has expired", () => {
  test("makes room among the retained messages", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock, options: { maximumRetained: 3 } });
    const publisher = await broker.connect();
    const publish = async (topic: string, messageExpiryInterval: number) => {
      publisher.publish(topic, "m", { qos: 1, retain: true, properties: { messageExpiryInterval } });
      return (await publisher.nextOf(PUBACK)).reasonCode;
    };
    await publish("$expires", 5);
    await publish("expires", 5);
    await publish("stays", 100);
    expect(await publish("another", 100)).toBe(ReasonCode.QUOTA_EXCEEDED);
    clock.advance(5000);
    expect(await publish("another", 100)).toBeLessThan(0x80);
    expect(await publish("one more", 100)).toBeLessThan(0x80);
    expect(await publish("too many", 100)).toBe(ReasonCode.QUOTA_EXCEEDED);
    const { retained } = broker.broker.statistics();
    expect(retained.messages).toBe(3);
    const subscriber = await broker.connect();
    await subscriber.subscribe("#");
    expect(await subscriber.settled()).toHaveLength(3);
  });

  test("makes room in a queue", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock, options: { maximumQueueLength: 3 } });
    const wishes = { clientId: "away", cleanStart: false, properties: { sessionExpiryInterval: 60 } };
    const away = await broker.connect(wishes);
    await away.subscribe({ filter: "t", qos: 1 });
    await away.disconnect();
    await broker.told("onDisconnect");
    const publisher = await broker.connect();
    for (const [payload, messageExpiryInterval] of [
      ["1", 5],
      ["2", 50],
      ["3", 5],
    ] as const) {
      publisher.publish("t", payload, { qos: 1, properties: { messageExpiryInterval } });
    }
    await publisher.take(3);
    clock.advance(5000);
    for (const payload of ["4", "5", "6"]) publisher.publish("t", payload, { qos: 1 });
    await publisher.take(3);
    expect(broker.broker.statistics().dropped).toMatchObject({ expired: 2, "queue-full": 1 });
    const back = await broker.connect(wishes);
    expect(payloadsOf(await back.settled())).toEqual(["2", "4", "5"]);
  });
});

describe("messages in flight", () => {
  test("without limit there are as many as there are packet ids, and the others wait", async () => {
    const options = { maximumInFlight: Number.POSITIVE_INFINITY, maximumQueueLength: 2000 };
    const broker = await RunningBroker.start({ options });
    const subscriber = await broker.connect({ protocolVersion: 4 });
    await subscriber.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    const packets = Array.from({ length: 1000 }, (_, index) => publishPacket("t", "", { qos: 1, packetId: index + 1 }));
    for (let sent = 0; sent < 66_000; sent += packets.length) {
      publisher.send(...packets);
      await publisher.take(packets.length);
    }
    const ids = (await subscriber.settled()).map((packet) => (packet.type === PUBLISH ? packet.packetId : 0));
    expect(ids).toHaveLength(65_535);
    expect(new Set(ids).size).toBe(65_535);
    subscriber.acknowledge(PUBACK, 7);
    expect(await subscriber.settled()).toMatchObject([{ type: PUBLISH, packetId: 7 }]);
  });
});

describe("more connections than allowed", () => {
  test("those who are too many take nobody's place, and when they are very many they are cut off", async () => {
    const broker = await RunningBroker.start({ options: { maximumConnections: 2 } });
    const [first] = [await broker.connect(), await broker.connect()];
    const idle = await Promise.all(Array.from({ length: 100 }, () => PacketClient.open(broker.at)));
    const cut = await PacketClient.open(broker.at);
    expect(await cut.ended()).toEqual([]);
    await first.disconnect();
    await broker.told("onDisconnect");
    await expect.poll(async () => (await broker.connect()).connack?.reasonCode).toBe(0);
    for (const client of idle) client.destroy();
  });
});

describe("too much to do", () => {
  test("new clients are told to come later", async () => {
    const broker = await RunningBroker.start({ options: { busyAfter: -1 } });
    expect((await broker.connect()).connack?.reasonCode).toBe(ReasonCode.SERVER_BUSY);
    const older = await broker.connect({ protocolVersion: 4 });
    expect(older.connack?.reasonCode).toBe(ReasonCode.SERVER_UNAVAILABLE);
  });
});

describe("statistics", () => {
  test("count what came and went, also of those who are gone", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect();
    await subscriber.subscribe(["t", "u"]);
    const publisher = await broker.connect();
    for (let time = 0; time < 3; time += 1) publisher.publish("t", "message", { retain: true });
    await publisher.settled();
    await publisher.disconnect();
    await subscriber.take(3);
    const statistics = broker.broker.statistics();
    expect(statistics).toMatchObject({
      sessions: 1,
      subscriptions: 2,
      retained: { messages: 1 },
      received: { messages: 3 },
      sent: { messages: 3 },
      dropped: { slow: 0, "queue-full": 0, "too-large": 0, expired: 0, memory: 0 },
    });
    expect(statistics.received.bytes).toBeGreaterThan(60);
    expect(statistics.sent.bytes).toBeGreaterThan(30);
    expect(statistics.retained.bytes).toBeGreaterThan(7);
  });
});

describe("RX-13 filters in one packet", () => {
  const filters = Array.from({ length: 25_000 }, (_, index) => `${index % 10}`);
  const plain = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  const head = { packetId: 1, properties: NO_PROPERTIES };
  const subscribe: Packet = {
    type: PacketType.SUBSCRIBE,
    ...head,
    subscriptions: filters.map((filter) => ({ filter, ...plain })),
  };
  const unsubscribe: Packet = { type: PacketType.UNSUBSCRIBE, ...head, filters };

  test.each([
    // A SUBACK of 3.1 cannot refuse.
    [3, 0],
    [4, 0x80],
    [5, 0x97],
  ] as const)(
    "more than 20,000 in a SUBSCRIBE of level %i are refused, each in its place",
    async (version, refused) => {
      const broker = await RunningBroker.start();
      const client = await broker.connect({ protocolVersion: version });
      client.send(subscribe);
      const { reasonCodes } = await client.nextOf(PacketType.SUBACK);
      expect(reasonCodes).toHaveLength(25_000);
      expect([new Set(reasonCodes.slice(0, 20_000)), new Set(reasonCodes.slice(20_000))]).toEqual([
        new Set([1]),
        new Set([refused]),
      ]);
    },
  );

  test("more than 20,000 in an UNSUBSCRIBE are answered with 0x83; before 5.0 they end the connection", async () => {
    const broker = await RunningBroker.start();
    const client = await broker.connect();
    client.send(unsubscribe);
    const { reasonCodes } = await client.nextOf(PacketType.UNSUBACK);
    expect(reasonCodes).toHaveLength(25_000);
    expect([new Set(reasonCodes.slice(0, 20_000)), new Set(reasonCodes.slice(20_000))]).toEqual([
      new Set([0x11]),
      new Set([0x83]),
    ]);
    const older = await broker.connect({ protocolVersion: 4 });
    older.send(unsubscribe);
    expect(await older.ended()).toEqual([]);
  });

  test("also what is not read has to be well-formed", async () => {
    const broker = await RunningBroker.start();
    const start = Buffer.from("000100", "hex");
    for (const [last, reasonCode] of [
      ["0002c32800", ReasonCode.MALFORMED_PACKET],
      ["0001780f", ReasonCode.PROTOCOL_ERROR],
      ["000000", ReasonCode.TOPIC_FILTER_INVALID],
      ["00057800", ReasonCode.MALFORMED_PACKET],
    ] as const) {
      const many = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from("00017800", "hex")));
      const body = Buffer.concat([start, many, Buffer.from(last, "hex")]);
      const client = await broker.connect();
      client.sendBytes(Buffer.concat([Buffer.of(0x82, ...lengthOf(body.length)), body]));
      expect(await client.ended()).toMatchObject([{ type: DISCONNECT, reasonCode }]);
    }
  });
});

/** A Remaining Length of three bytes. */
function lengthOf(length: number): number[] {
  return [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
}
