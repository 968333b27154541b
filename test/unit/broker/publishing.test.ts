import { describe, expect, test } from "vitest";
import { type Packet, PacketType, type QoS, ReasonCode } from "../../../src/codec/index.ts";
import { type PacketClient, payloadsOf } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

const { PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, DISCONNECT } = PacketType;

/** Answers everything that is sent to it, until so many messages have come. */
async function receive(client: PacketClient, count: number): Promise<string[]> {
  const payloads: string[] = [];
  while (payloads.length < count) {
    const packet = await client.next();
    if (packet.type === PUBLISH) {
      payloads.push(...payloadsOf([packet]));
      if (packet.qos > 0) {
        client.acknowledge(packet.qos === 1 ? PUBACK : PUBREC, packet.packetId);
      }
    } else if (packet.type === PUBREL) {
      client.acknowledge(PUBCOMP, packet.packetId);
    }
  }
  return payloads;
}

describe("publishing", () => {
  test.each([0, 1, 2] as const)("QoS %i: every message arrives once, in order, and both sides finish", async (qos) => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect({ properties: { receiveMaximum: 10 } });
    await subscriber.subscribe({ filter: "t/+", qos });
    const publisher = await broker.connect();
    const numbers = Array.from({ length: 500 }, (_, index) => `${index}`);
    const received = receive(subscriber, numbers.length);
    for (const [index, payload] of numbers.entries()) {
      publisher.publish("t/1", payload, { qos, packetId: qos === 0 ? undefined : index + 1 });
      if (qos === 2) {
        expect(await publisher.nextOf(PUBREC)).toMatchObject({ packetId: index + 1, reasonCode: 0 });
        publisher.acknowledge(PUBREL, index + 1);
        expect(await publisher.nextOf(PUBCOMP)).toMatchObject({ packetId: index + 1, reasonCode: 0 });
      } else if (qos === 1) {
        expect(await publisher.nextOf(PUBACK)).toMatchObject({ packetId: index + 1, reasonCode: 0 });
      }
    }
    expect(await received).toEqual(numbers);
    expect(await publisher.settled()).toEqual([]);
  });

  test("[MQTT-3.8.4-8] each subscriber gets the lower of the published and the granted QoS", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    for (const granted of [0, 1, 2] as const) {
      const subscriber = await broker.connect();
      expect(await subscriber.subscribe({ filter: "t", qos: granted })).toMatchObject({ reasonCodes: [granted] });
      for (const qos of [0, 1, 2] as const) {
        publisher.publish("t", "", { qos });
      }
      await publisher.settled();
      const got = (await subscriber.settled()).map((packet) => (packet.type === PUBLISH ? packet.qos : undefined));
      expect(got).toEqual([0, 1, 2].map((qos) => Math.min(qos, granted)));
    }
  });

  test("a PUBACK says when nobody got the message", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("nobody", "", { qos: 1 });
    expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode: ReasonCode.NO_MATCHING_SUBSCRIBERS });
    publisher.publish("nobody", "", { qos: 2 });
    expect(await publisher.nextOf(PUBREC)).toMatchObject({ reasonCode: ReasonCode.NO_MATCHING_SUBSCRIBERS });
    const older = await broker.connect({ protocolVersion: 4 });
    older.publish("nobody", "", { qos: 1 });
    expect(await older.nextOf(PUBACK)).toMatchObject({ reasonCode: 0 });
  });

  test("[MQTT-4.3.2-5] after PUBACK the same packet id is another message, whatever DUP says", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect();
    await subscriber.subscribe("t");
    const publisher = await broker.connect();
    publisher.publish("t", "one", { qos: 1, packetId: 1 });
    publisher.publish("t", "two", { qos: 1, packetId: 1, dup: true });
    await publisher.settled();
    const got = await subscriber.settled();
    expect(payloadsOf(got)).toEqual(["one", "two"]);
    expect(got).toMatchObject([{ dup: false }, { dup: false }]);
  });

  test("[MQTT-3.3.4-9] more QoS 2 messages at once than the Receive Maximum end the connection with 0x93", async () => {
    const broker = await RunningBroker.start({ options: { receiveMaximum: 5 } });
    const publisher = await broker.connect();
    expect(publisher.connack?.properties.receiveMaximum).toBe(5);
    for (let packetId = 1; packetId <= 6; packetId += 1) {
      publisher.publish("t", "", { qos: 2, packetId });
    }
    const packets = await publisher.ended();
    expect(packets.slice(0, 5)).toMatchObject([1, 2, 3, 4, 5].map((packetId) => ({ type: PUBREC, packetId })));
    expect(packets[5]).toMatchObject({ type: DISCONNECT, reasonCode: ReasonCode.RECEIVE_MAXIMUM_EXCEEDED });
  });

  test("[MQTT-3.3.4-7] no more QoS 1 and 2 messages at once than the client's Receive Maximum; QoS 0 passes", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect({ properties: { receiveMaximum: 2 } });
    await subscriber.subscribe({ filter: "t", qos: 2 });
    const publisher = await broker.connect();
    for (const [index, qos] of ([1, 2, 1, 0] as const).entries()) {
      publisher.publish("t", `${index}`, { qos });
    }
    await publisher.settled();
    const [first, second, ...others] = (await subscriber.settled()) as Extract<Packet, { type: 3 }>[];
    expect(payloadsOf([first, second, ...others] as Packet[])).toEqual(["0", "1", "3"]);
    subscriber.acknowledge(PUBREC, second?.packetId);
    expect(await subscriber.settled()).toMatchObject([{ type: PUBREL }]);
    subscriber.acknowledge(PUBACK, first?.packetId);
    expect(payloadsOf(await subscriber.settled())).toEqual(["2"]);
  });

  test("[MQTT-3.1.2-24] [MQTT-3.1.2-25] what is larger than the client accepts is left out, as if it were delivered", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect({ properties: { maximumPacketSize: 30, receiveMaximum: 1 } });
    await subscriber.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    // PUBLISH of 5.0 with QoS 1: 2 of fixed header, 3 of topic, 2 of packet id, 1 of properties.
    for (const length of [22, 23, 22]) {
      publisher.publish("t", "x".repeat(length), { qos: 1 });
    }
    await publisher.settled();
    const first = await subscriber.nextOf(PUBLISH);
    subscriber.acknowledge(PUBACK, first.packetId);
    const second = await subscriber.nextOf(PUBLISH);
    expect([first, second].map(({ payload }) => payload.length)).toEqual([22, 22]);
    expect(await broker.told("onDropped")).toEqual([[expect.any(String), "too-large", 1]]);
  });

  test("[MQTT-3.3.2-5] [MQTT-3.3.2-6] the expiry interval is what is left of it, and what has expired is not sent", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const stays = { clientId: "one", cleanStart: false, properties: { sessionExpiryInterval: 1000 } };
    const first = await broker.connect(stays);
    await first.subscribe({ filter: "t", qos: 1 });
    await first.disconnect();
    await broker.told("onDisconnect");
    const publisher = await broker.connect();
    for (const interval of [5, 60, undefined]) {
      const properties = interval === undefined ? {} : { messageExpiryInterval: interval };
      publisher.publish("t", `${interval}`, { qos: 1, retain: true, properties });
    }
    publisher.publish("short", "", {
      retain: true,
      properties: { messageExpiryInterval: 5 },
      payload: Buffer.from("x"),
    });
    await publisher.settled();
    clock.advance(10_500);
    const second = await broker.connect(stays);
    expect(await second.settled()).toMatchObject([
      { payload: Buffer.from("60"), properties: { messageExpiryInterval: 50 } },
      { payload: Buffer.from("undefined"), properties: {} },
    ]);
    await second.subscribe(["short"]);
    expect(await second.settled()).toEqual([]);
  });

  test("[MQTT-3.3.2-14] [MQTT-3.3.1-9] topic aliases of the publisher end with it: the message is kept under its topic", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t/long", "1", { retain: true, properties: { topicAlias: 1 } });
    publisher.publish("", "2", { retain: true, properties: { topicAlias: 1 } });
    await publisher.settled();
    const subscriber = await broker.connect();
    await subscriber.subscribe("t/#");
    expect(await subscriber.settled()).toMatchObject([
      { topic: "t/long", payload: Buffer.from("2"), retain: true, properties: {} },
    ]);
  });

  test("[MQTT-4.8.2-4] what a member of a shared subscription did not acknowledge goes to another one", async () => {
    const broker = await RunningBroker.start();
    const [one, two] = [await broker.connect(), await broker.connect()];
    for (const member of [one, two]) {
      await member.subscribe({ filter: "$share/g/t", qos: 2 });
    }
    const publisher = await broker.connect();
    for (const [index, qos] of ([1, 1, 2, 2] as const).entries()) {
      publisher.publish("t", `${index}`, { qos });
    }
    await publisher.settled();
    expect(payloadsOf(await one.settled())).toEqual(["0", "2"]);
    expect(payloadsOf(await two.settled())).toEqual(["1", "3"]);
    one.destroy();
    await broker.told("onDisconnect");
    // [MQTT-4.8.2-5] QoS 2 messages that were sent are not given to anybody else.
    expect(payloadsOf(await two.settled())).toEqual(["0"]);
  });

  test("[MQTT-3.8.3-3] No Local: a client does not get its own messages by this subscription, but by others", async () => {
    const broker = await RunningBroker.start();
    const client = await broker.connect();
    await client.subscribe([{ filter: "t/+", noLocal: true }]);
    client.publish("t/1", "own");
    const other = await broker.connect();
    other.publish("t/1", "of another");
    await other.settled();
    expect(payloadsOf(await client.settled())).toEqual(["of another"]);
    await client.subscribe([{ filter: "t/#" }]);
    client.publish("t/1", "own");
    expect(payloadsOf(await client.settled())).toEqual(["own"]);
  });

  test("reserved topics refuse publishers: 0x87 in 5.0, silence before", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect();
    await subscriber.subscribe(["$SYS/#", "$other/#"]);
    const publisher = await broker.connect();
    publisher.publish("$SYS/a", "", { qos: 1 });
    expect(await publisher.nextOf(PUBACK)).toMatchObject({ reasonCode: ReasonCode.NOT_AUTHORIZED });
    publisher.publish("$other/a", "allowed");
    await publisher.settled();
    const older = await broker.connect({ protocolVersion: 4 });
    older.publish("$CONTROL/a", "", { qos: 1 });
    expect(await older.nextOf(PUBACK)).toMatchObject({ reasonCode: 0 });
    expect(payloadsOf(await subscriber.settled())).toEqual(["allowed"]);
  });
});

describe("retained messages", () => {
  test("[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-8] the last one is sent to new subscribers with RETAIN; an empty one removes it", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "first", { retain: true });
    publisher.publish("t", "last", { retain: true, qos: 2 });
    publisher.publish("t", "not retained");
    await publisher.settled();
    for (const [granted, expected] of [
      [0, 0],
      [2, 2],
    ] as const) {
      const subscriber = await broker.connect();
      await subscriber.subscribe({ filter: "#", qos: granted }, { subscriptionIdentifier: 5 });
      expect(await subscriber.settled()).toMatchObject([
        { payload: Buffer.from("last"), retain: true, qos: expected, properties: { subscriptionIdentifiers: [5] } },
      ]);
    }
    const live = await broker.connect();
    await live.subscribe({ filter: "t", retainHandling: 2 });
    publisher.publish("t", "", { retain: true });
    await publisher.settled();
    // [MQTT-3.3.1-12] To those who are subscribed already it is a message like any other.
    expect(await live.settled()).toMatchObject([{ payload: Buffer.alloc(0), retain: false }]);
    const late = await broker.connect();
    await late.subscribe("#");
    expect(await late.settled()).toEqual([]);
  });

  test("[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] Retain Handling: always, only to new subscriptions, never", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "retained", { retain: true });
    await publisher.settled();
    for (const [retainHandling, counts] of [
      [0, [1, 1]],
      [1, [1, 0]],
      [2, [0, 0]],
    ] as const) {
      const subscriber = await broker.connect();
      for (const count of counts) {
        await subscriber.subscribe({ filter: "t", retainHandling });
        expect(await subscriber.settled()).toHaveLength(count);
      }
    }
  });

  test("[MQTT-3.8.4-5] the same filter twice in one SUBSCRIBE is as two of them", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "retained", { retain: true });
    await publisher.settled();
    const subscriber = await broker.connect();
    const answer = await subscriber.subscribe([
      { filter: "t", retainHandling: 1, qos: 0 },
      { filter: "t", retainHandling: 1, qos: 1 },
    ]);
    expect(answer.reasonCodes).toEqual([0, 1]);
    expect(await subscriber.settled()).toHaveLength(1);
  });

  test("none for shared subscriptions", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "retained", { retain: true });
    await publisher.settled();
    const subscriber = await broker.connect();
    await subscriber.subscribe("$share/g/t");
    expect(await subscriber.settled()).toEqual([]);
  });

  test("when there is no room the publisher is told, subscribers get the message, and the others stay", async () => {
    const broker = await RunningBroker.start({ options: { maximumRetained: 1 } });
    const subscriber = await broker.connect();
    await subscriber.subscribe("#");
    const publisher = await broker.connect();
    publisher.publish("a", "kept", { retain: true, qos: 1 });
    publisher.publish("b", "not kept", { retain: true, qos: 1 });
    expect(await publisher.take(2)).toMatchObject([{ reasonCode: 0 }, { reasonCode: ReasonCode.QUOTA_EXCEEDED }]);
    expect(payloadsOf(await subscriber.settled())).toEqual(["kept", "not kept"]);
    const late = await broker.connect();
    await late.subscribe("#");
    expect(payloadsOf(await late.settled())).toEqual(["kept"]);
  });

  test.each([0, 1] as const)("20,000 of them reach one subscriber at QoS %i, each once", async (qos) => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    const count = 20_000;
    for (let index = 0; index < count; index += 1) {
      publisher.publish(`t/${index % 100}/${index}`, `${index}`, { retain: true, qos });
    }
    await publisher.settled();
    const subscriber = await broker.connect({ properties: { receiveMaximum: 100 } });
    await subscriber.subscribe({ filter: "#", qos });
    const received = await receive(subscriber, count);
    expect(new Set(received).size).toBe(count);
    expect(await subscriber.settled()).toEqual([]);
  });
});

describe("subscribing", () => {
  test("[MQTT-3.8.4-6] [MQTT-3.9.3-1] each filter is answered on its own, in order", async () => {
    const broker = await RunningBroker.start({ options: { maximumSubscriptions: 2, maximumTopicLevels: 3 } });
    const client = await broker.connect();
    const answer = await client.subscribe([
      { filter: "a", qos: 2 },
      { filter: "too/many/levels/here", qos: 1 },
      { filter: "b", qos: 1 },
      { filter: "c", qos: 1 },
      { filter: "a", qos: 0 },
    ]);
    const { TOPIC_FILTER_INVALID, QUOTA_EXCEEDED } = ReasonCode;
    expect(answer.reasonCodes).toEqual([2, TOPIC_FILTER_INVALID, 1, QUOTA_EXCEEDED, 0]);
  });

  test("subscriptions that take too much memory are refused, for one client and for all together", async () => {
    const filter = (name: string) => `${name}/${"x".repeat(10_000)}`;
    const broker = await RunningBroker.start({
      options: { maximumSubscriptionBytes: 25_000, maximumSubscriptionMemory: 40_000 },
    });
    const { QUOTA_EXCEEDED } = ReasonCode;
    const first = await broker.connect();
    expect((await first.subscribe([filter("a"), filter("b"), filter("c"), "c"])).reasonCodes).toEqual([
      0,
      0,
      QUOTA_EXCEEDED,
      0,
    ]);
    // What is there may be replaced, and gives way to another when it is gone.
    expect((await first.subscribe({ filter: filter("a"), qos: 1 })).reasonCodes).toEqual([1]);
    const second = await broker.connect();
    expect((await second.subscribe([filter("a"), filter("b")])).reasonCodes).toEqual([0, QUOTA_EXCEEDED]);
    await first.disconnect();
    expect((await second.subscribe(filter("b"))).reasonCodes).toEqual([0]);
    // Before 5.0 there is one code for all failures, before 3.1.1 none.
    expect((await (await broker.connect({ protocolVersion: 4 })).subscribe(filter("a"))).reasonCodes).toEqual([0]);
    expect((await (await broker.connect({ protocolVersion: 4 })).subscribe(filter("a"))).reasonCodes).toEqual([0x80]);
    expect((await (await broker.connect({ protocolVersion: 3 })).subscribe(filter("a"))).reasonCodes).toEqual([0]);
    expect(broker.broker.statistics().subscriptions).toBe(3);
  });

  test("there is an end to the retained messages that a client can ask for and not take", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "retained", { qos: 1, retain: true });
    await publisher.settled();
    const client = await broker.connect({ properties: { receiveMaximum: 1 } });
    await client.subscribe({ filter: "t", qos: 1 });
    // It never acknowledges: what it asks for waits.
    const { reasonCodes } = await client
      .subscribe(Array.from({ length: 12_000 }, () => ({ filter: "t", qos: 1 as const })))
      .catch(async () => client.nextOf(PacketType.SUBACK));
    expect(reasonCodes.filter((code) => code === 1)).toHaveLength(10_000);
    expect(new Set(reasonCodes.slice(10_000))).toEqual(new Set([ReasonCode.QUOTA_EXCEEDED]));
    expect((await client.subscribe({ filter: "t", qos: 1, retainHandling: 2 })).reasonCodes).toEqual([1]);
  });

  test("a SUBACK comes before the retained messages of its filters, and messages meanwhile behind it", async () => {
    const broker = await RunningBroker.start();
    const publisher = await broker.connect();
    publisher.publish("t", "retained", { retain: true });
    await publisher.settled();
    const client = await broker.connect();
    client.send({
      type: PacketType.SUBSCRIBE,
      packetId: 9,
      properties: {},
      subscriptions: [{ filter: "t", qos: 0 as QoS, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    });
    expect(await client.settled()).toMatchObject([
      { type: SUBACK, packetId: 9 },
      { type: PUBLISH, retain: true },
    ]);
  });
});
