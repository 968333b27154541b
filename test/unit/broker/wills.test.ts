import { beforeEach, describe, expect, test } from "vitest";
import { type Auth, parsePasswordFile, Users } from "../../../src/broker/index.ts";
import { type Packet, PacketType, type QoS, ReasonCode, type Will } from "../../../src/codec/index.ts";
import { type ConnectWishes, type PacketClient, payloadsOf } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

function willOf(properties: Will["properties"] = {}, wishes: Partial<Will> = {}): Will {
  return { topic: "will", payload: Buffer.from("gone"), qos: 1, retain: false, properties, ...wishes };
}

/** A client with a Will; its session stays for a minute. */
function leaver(will: Will, wishes: ConnectWishes = {}): ConnectWishes {
  return { clientId: "leaver", cleanStart: false, properties: { sessionExpiryInterval: 60 }, will, ...wishes };
}

async function listener(broker: RunningBroker): Promise<PacketClient> {
  const client = await broker.connect();
  await client.subscribe({ filter: "will", qos: 2 });
  return client;
}

describe("a Will", () => {
  test("[MQTT-3.1.2-8] is published when the connection ends without a goodbye, with its properties", async () => {
    const broker = await RunningBroker.start();
    const heard = await listener(broker);
    const userProperties = [
      ["a", "2"],
      ["a", "1"],
    ] as const;
    const properties = { contentType: "text/plain", messageExpiryInterval: 100, userProperties };
    const client = await broker.connect(leaver(willOf(properties)));
    client.destroy();
    expect(await heard.next()).toMatchObject({
      type: PacketType.PUBLISH,
      topic: "will",
      qos: 1,
      retain: false,
      payload: Buffer.from("gone"),
      properties: { contentType: "text/plain", messageExpiryInterval: 100, userProperties },
    });
  });

  test("[MQTT-3.14.4-3] [MQTT-3.1.2-10] is forgotten with DISCONNECT 0x00, and published with any other reason", async () => {
    const broker = await RunningBroker.start();
    const heard = await listener(broker);
    for (const [version, reasonCode, messages] of [
      [5, ReasonCode.SUCCESS, []],
      [4, ReasonCode.SUCCESS, []],
      [5, ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, ["gone"]],
      [5, ReasonCode.UNSPECIFIED_ERROR, ["gone"]],
    ] as const) {
      const properties = version === 5 ? { sessionExpiryInterval: 60 } : { sessionExpiryInterval: 0xffff_ffff };
      const client = await broker.connect(leaver(willOf(), { protocolVersion: version, properties }));
      client.send({ type: PacketType.DISCONNECT, reasonCode, properties: {} });
      await client.ended();
      expect(payloadsOf(await heard.settled())).toEqual(messages);
    }
  });

  test("is published after a protocol error", async () => {
    const broker = await RunningBroker.start();
    const heard = await listener(broker);
    const client = await broker.connect(leaver(willOf()));
    client.sendBytes(Buffer.from([0x20, 2, 0, 0]));
    await client.ended();
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test("[MQTT-3.1.2-14] [MQTT-3.1.2-15] is retained if it says so; an empty one removes what is retained", async () => {
    const broker = await RunningBroker.start();
    for (const [payload, retained] of [
      ["state", ["state"]],
      ["", []],
    ] as const) {
      const client = await broker.connect(leaver(willOf({}, { retain: true, payload: Buffer.from(payload) })));
      client.destroy();
      await broker.told("onDisconnect", payload === "" ? 3 : 1);
      const late = await listener(broker);
      expect(payloadsOf(await late.settled())).toEqual(retained);
      await late.disconnect();
    }
  });

  test("[MQTT-3.1.3-9] waits for its delay, and a client that is back in time makes it void", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const heard = await listener(broker);
    const will = willOf({ willDelayInterval: 10 });
    (await broker.connect(leaver(will))).destroy();
    await broker.told("onDisconnect");
    clock.advance(9_999);
    const back = await broker.connect(leaver(will));
    expect(back.connack?.sessionPresent).toBe(true);
    clock.advance(20_000);
    expect(await heard.settled()).toEqual([]);
    back.destroy();
    await broker.told("onDisconnect", 2);
    clock.advance(9_999);
    expect(await heard.settled()).toEqual([]);
    clock.advance(1);
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
    clock.advance(100_000);
    expect(await heard.settled()).toEqual([]);
  });

  test("comes with the end of the session where that is before its delay", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const heard = await listener(broker);
    const will = willOf({ willDelayInterval: 1000 });
    (await broker.connect(leaver(will, { properties: { sessionExpiryInterval: 20 } }))).destroy();
    await broker.told("onDisconnect");
    clock.advance(20_000);
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
    (await broker.connect(leaver(will, { properties: {} }))).destroy();
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test("comes at once when a clean start ends the session that it waits with", async () => {
    const broker = await RunningBroker.start();
    const heard = await listener(broker);
    const will = willOf({ willDelayInterval: 50 });
    (await broker.connect(leaver(will))).destroy();
    await broker.told("onDisconnect");
    await broker.connect(leaver(will, { cleanStart: true }));
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test.each([
    ["without delay it is published, also when the session goes on", {}, false, ["gone"]],
    ["with a delay it is not when the session goes on", { willDelayInterval: 50 }, false, []],
    ["with a delay it is when the session ends", { willDelayInterval: 50 }, true, ["gone"]],
  ] as const)("at a takeover: %s", async (_, properties, cleanStart, messages) => {
    const broker = await RunningBroker.start();
    const heard = await listener(broker);
    const first = await broker.connect(leaver(willOf(properties)));
    const second = await broker.connect(leaver(willOf(), { cleanStart }));
    await first.ended();
    await second.settled();
    expect(payloadsOf(await heard.settled())).toEqual(messages);
  });

  test("[MQTT-3.1.2-22] is published when nothing is heard of the client for too long, and the client is told", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const heard = await listener(broker);
    const client = await broker.connect(leaver(willOf(), { keepAlive: 10 }));
    for (let count = 0; count < 5; count += 1) {
      // A packet of any kind counts; the sweeper must have seen it.
      client.publish("elsewhere", "");
      await broker.told("onPublish", count + 1);
      await broker.swept();
      clock.advance(14_000);
    }
    expect(client.isClosed).toBe(false);
    clock.advance(2000);
    expect(await client.ended()).toMatchObject([
      { type: PacketType.DISCONNECT, reasonCode: ReasonCode.KEEP_ALIVE_TIMEOUT },
    ]);
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test("to a reserved topic, or to what is no topic, is refused with its CONNECT", async () => {
    const broker = await RunningBroker.start();
    const reserved = await broker.connect(leaver(willOf({}, { topic: "$SYS/will" })));
    expect(reserved.connack?.reasonCode).toBe(ReasonCode.NOT_AUTHORIZED);
    const deep = await broker.connect(leaver(willOf({}, { topic: "/".repeat(300) })));
    expect(deep.connack?.reasonCode).toBe(ReasonCode.TOPIC_NAME_INVALID);
  });

  test("RX-16 many large ones at once wait for a subscriber that takes them: none is lost, nobody is sent away", async () => {
    const broker = await RunningBroker.start({ options: { softBacklog: 100_000, hardBacklog: 1_000_000 } });
    const heard = await listener(broker);
    const wills = Array.from({ length: 200 }, (_, index) =>
      willOf({}, { payload: Buffer.from(`${index} `.padEnd(60_000)), qos: 0 }),
    );
    const clients = await Promise.all(wills.map((will, index) => broker.connect({ clientId: `leaver${index}`, will })));
    heard.pause();
    for (const client of clients) client.destroy();
    await broker.told("onDisconnect", wills.length);
    heard.resume();
    await heard.until(() => heard.arrived.length === wills.length || heard.isClosed, "all Wills", 20_000);
    const arrived = payloadsOf(await heard.settled()).map((payload) => Number.parseInt(payload, 10));
    expect(arrived.sort((a, b) => a - b)).toEqual(wills.map((_, index) => index));
  });

  test("RX-16 a subscriber that takes nothing keeps them from nobody", async () => {
    const broker = await RunningBroker.start({ options: { softBacklog: 100_000, slowAfter: 300 } });
    const heard = await listener(broker);
    const frozen = await listener(broker);
    frozen.pause();
    const will = willOf({}, { payload: Buffer.alloc(60_000), qos: 0 });
    const clients = await Promise.all(
      Array.from({ length: 200 }, (_, index) => broker.connect({ clientId: `leaver${index}`, will })),
    );
    for (const client of clients) client.destroy();
    await heard.until(() => heard.arrived.length === clients.length, "all Wills", 20_000);
    expect(frozen.isClosed).toBe(false);
    frozen.destroy();
  });
});

/** A subscriber to "will" for whom so much waits that publishers are held: it takes one message at a time. */
async function congested(broker: RunningBroker, filter = "will"): Promise<PacketClient> {
  const client = await broker.connect({ properties: { receiveMaximum: 1 } });
  await client.subscribe({ filter, qos: 1 });
  const publisher = await broker.connect();
  for (const payload of ["1", "2", "3", "4"]) publisher.publish("will", payload, { qos: 1 });
  await broker.told("onPublish", 4);
  return client;
}

/** Takes and acknowledges so many messages, one after the other. */
async function taken(client: PacketClient, count: number): Promise<string[]> {
  const messages: Packet[] = [];
  while (messages.length < count) {
    const message = await client.nextOf(PacketType.PUBLISH);
    messages.push(message);
    client.acknowledge(PacketType.PUBACK, message.packetId);
  }
  return payloadsOf(messages);
}

describe("Wills for a subscriber that has too much waiting", () => {
  let clock: TurnedClock;
  let broker: RunningBroker;

  beforeEach(async () => {
    clock = new TurnedClock();
    broker = await RunningBroker.start({ clock, options: { maximumQueueLength: 4 } });
  });

  /** Clients who die one after the other, each with a Will of its own. */
  async function die(payloads: readonly string[], wishes: Partial<Will> = {}): Promise<void> {
    const before = broker.eventsOf("onDisconnect").length;
    for (const [index, payload] of payloads.entries()) {
      const client = await broker.connect(
        leaver(willOf({}, { payload: Buffer.from(payload), ...wishes }), { clientId: payload }),
      );
      client.destroy();
      await broker.told("onDisconnect", before + index + 1);
    }
  }

  test.each(["will", "$share/group/will"])(
    "%s: wait until there is room for them, in order; none is lost",
    async (filter) => {
      const busy = await congested(broker, filter);
      const wills = Array.from({ length: 20 }, (_, index) => `will ${index}`);
      await die(wills);
      expect(await taken(busy, 24)).toEqual(["1", "2", "3", "4", ...wills]);
      expect(await busy.settled()).toEqual([]);
      expect(broker.broker.statistics().dropped).toMatchObject({ "queue-full": 0 });
      expect(broker.broker.statistics().waiting.kept).toBe(0);
    },
  );

  test("do not wait when they are for others", async () => {
    await congested(broker);
    const other = await broker.connect();
    await other.subscribe("other");
    await die(["gone"], { topic: "other" });
    expect(payloadsOf([await other.next()])).toEqual(["gone"]);
  });

  test("reach the other subscribers when it makes no progress", async () => {
    await congested(broker);
    const heard = await listener(broker);
    await die(["gone"]);
    expect(payloadsOf(await heard.settled())).toEqual([]);
    clock.advance(1999);
    await broker.swept();
    expect(payloadsOf(await heard.settled())).toEqual([]);
    clock.advance(1);
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test("reach the other subscribers when it goes", async () => {
    const busy = await congested(broker);
    const heard = await listener(broker);
    await die(["gone"]);
    busy.destroy();
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });

  test("are not overtaken by what their clients say when they are back", async () => {
    const busy = await congested(broker);
    const heard = await listener(broker);
    await die(["gone"], { retain: true });
    const back = await broker.connect(leaver(willOf(), { clientId: "gone" }));
    expect(back.connack?.sessionPresent).toBe(true);
    back.publish("will", "back", { qos: 1, retain: true });
    expect(payloadsOf(await heard.settled())).toEqual([]);
    const all = taken(busy, 6);
    expect(payloadsOf([await heard.next(), await heard.next()])).toEqual(["gone", "back"]);
    expect(await all).toEqual(["1", "2", "3", "4", "gone", "back"]);
    const late = await listener(broker);
    expect(payloadsOf([await late.next()])).toEqual(["back"]);
  });

  test("do not wait when no memory is left to wait in", async () => {
    const small = await RunningBroker.start({ clock, options: { maximumQueueLength: 4, maximumMemory: 1 } });
    await congested(small);
    const heard = await listener(small);
    const client = await small.connect(leaver(willOf()));
    client.destroy();
    expect(payloadsOf([await heard.next()])).toEqual(["gone"]);
  });
});

describe("AZ-06 the right to publish a Will", () => {
  /** Everybody may publish to "will" while `topics` has it. */
  async function guarded(clock = new TurnedClock()) {
    const topics = new Set(["will"]);
    const permissions = {
      mayPublish: (topic: string, _qos: QoS, retain: boolean) =>
        topics.has(topic) && (!retain || topics.has("retained")),
      maySubscribe: () => true,
      mayReceive: () => true,
    };
    const auth: Auth = { authenticate: () => ({ identity: "", permissions }) };
    const broker = await RunningBroker.start({ auth, clock });
    return { broker, clock, topics, heard: await listener(broker) };
  }

  test("is asked for with CONNECT: 0x87, and before 5.0 return code 5", async () => {
    const { broker, heard } = await guarded();
    for (const will of [willOf({}, { topic: "other" }), willOf({}, { retain: true })]) {
      for (const protocolVersion of [4, 5] as const) {
        const { connack } = await broker.connect(leaver(will, { protocolVersion, clientId: "new", properties: {} }));
        expect(connack?.reasonCode).toBe(ReasonCode.NOT_AUTHORIZED);
      }
    }
    expect(await heard.settled()).toEqual([]);
  });

  test("and again when it is published", async () => {
    const { broker, topics, heard } = await guarded();
    topics.add("retained");
    const client = await broker.connect(leaver(willOf({}, { retain: true })));
    topics.delete("will");
    client.destroy();
    expect(await broker.told("onWillRefused")).toEqual([["leaver", "will"]]);
    topics.add("will");
    (await broker.connect(leaver(willOf({}, { payload: Buffer.from("allowed again") })))).destroy();
    expect(payloadsOf([await heard.next()])).toEqual(["allowed again"]);
    expect(payloadsOf(await (await listener(broker)).settled())).toEqual([]);
  });

  test("which is after its delay, if it has one", async () => {
    const { broker, clock, topics, heard } = await guarded();
    (await broker.connect(leaver(willOf({ willDelayInterval: 10 })))).destroy();
    await broker.told("onDisconnect");
    topics.delete("will");
    clock.advance(10_000);
    expect(await broker.told("onWillRefused")).toEqual([["leaver", "will"]]);
    expect(await heard.settled()).toEqual([]);
  });

  test("is lost with its user: who is gone from the list is sent away, and others stay", async () => {
    const withUsers = (text: string) => ({ passwords: parsePasswordFile(text), allowsAnonymous: false });
    const users = new Users(withUsers("ann:a\nbob:b"));
    const broker = await RunningBroker.start({ auth: users });
    const as = (userName: string, password: string, wishes: ConnectWishes = {}) =>
      broker.connect({ userName, password: Buffer.from(password), ...wishes });
    const heard = await as("bob", "b");
    await heard.subscribe("will");
    const gone = await as("ann", "a", leaver(willOf()));
    const older = await as("ann", "a", leaver(willOf(), { clientId: "older", protocolVersion: 4, properties: {} }));
    users.replace(withUsers("bob:b"));
    broker.broker.rightsChanged();
    const farewell = { type: PacketType.DISCONNECT, reasonCode: ReasonCode.ADMINISTRATIVE_ACTION };
    expect(await gone.ended()).toMatchObject([farewell]);
    expect(await older.ended()).toEqual([]);
    // Who goes first is nobody's business.
    expect([...(await broker.told("onWillRefused", 2))].sort()).toEqual([
      ["leaver", "will"],
      ["older", "will"],
    ]);
    expect(await heard.settled()).toEqual([]);
    expect((await as("ann", "a")).connack?.reasonCode).toBe(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  });

  test("what clients may receive is asked for anew, too", async () => {
    const hidden = new Set<string>();
    const permissions = { mayPublish: () => true, maySubscribe: () => true, mayReceive: (t: string) => !hidden.has(t) };
    const broker = await RunningBroker.start({ auth: { authenticate: () => ({ identity: "", permissions }) } });
    const heard = await listener(broker);
    const publisher = await broker.connect();
    for (const [action, expected] of [
      [() => {}, ["x"]],
      [() => hidden.add("will"), []],
      [() => hidden.delete("will"), ["x"]],
    ] as const) {
      action();
      broker.broker.rightsChanged();
      publisher.publish("will", "x");
      await publisher.settled();
      expect(payloadsOf(await heard.settled())).toEqual(expected);
    }
  });
});
