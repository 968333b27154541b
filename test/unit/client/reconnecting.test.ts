import { describe, expect, test } from "vitest";
import type { ClientHandlers, ClientOptions, OutgoingMessage } from "../../../src/client/index.ts";
import {
  type ConnackPacket,
  NO_PROPERTIES,
  PacketType,
  ProtocolVersion,
  ReasonCode,
  type Subscription,
} from "../../../src/codec/index.ts";
import { UnreachableError } from "../../../src/transport/index.ts";
import { ack, connack, connected, publishPacket, reconnected, suback, turns, unsuback, V5 } from "./test-server.ts";

const { PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, SUBSCRIBE, DISCONNECT } = PacketType;
const resumed = connack(NO_PROPERTIES, true);
/** The next attempt comes after exactly half of its ceiling: 250 ms, 500 ms, 1 s, … */
const reconnect = { random: () => 0.5 };
const persistent: Partial<ClientOptions> = { reconnect, cleanStart: false };

function message(changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { topic: "a/b", payload: Buffer.from("hello"), qos: 0, retain: false, ...changes };
}

function to(filter: string): Subscription {
  return { filter, qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 };
}

/** A client with a record of what it tells. */
async function recorded(changes: Partial<ClientOptions> = persistent, answer?: ConnackPacket) {
  const events: [string, ...unknown[]][] = [];
  const handlers: ClientHandlers = {
    onConnectionLost: (cause, retryIn) => events.push(["lost", cause.code, retryIn]),
    onReconnected: ({ sessionPresent }) => events.push(["reconnected", sessionPresent]),
    onEnd: (cause) => events.push(["end", cause?.code]),
    onReady: () => events.push(["ready"]),
    onPublished: (token, reasonCode) => events.push(["published", token, reasonCode]),
    onMessage: ({ topic }) => events.push(["message", topic]),
  };
  const result = await connected(changes, handlers, answer);
  const lose = async (): Promise<void> => {
    result.server.clientStream.breakDown(Object.assign(new Error(), { code: "ECONNRESET" }));
    await turns();
  };
  return { ...result, events, lose };
}

describe("a lost connection", () => {
  test("is final without a reconnect policy", async () => {
    const { client, events, lose, world } = await recorded({});
    const pending = client.publish(message({ qos: 1 }));
    await Promise.all([lose(), expect(pending).rejects.toMatchObject({ code: "connection-lost" })]);
    expect(events).toEqual([
      ["lost", "connection-lost", undefined],
      ["end", "connection-lost"],
    ]);
    expect(world.running).toEqual([]);
    expect(() => client.tryPublish(message())).toThrow(expect.objectContaining({ code: "interrupted" }));
    await expect(client.subscribe([to("a")])).rejects.toMatchObject({ code: "interrupted" });
    await expect(client.publish(message())).rejects.toMatchObject({ code: "interrupted" });
  });

  test("says how it was lost", async () => {
    const words: string[] = [];
    const handlers: ClientHandlers = { onConnectionLost: ({ message: text }) => words.push(text) };
    const first = await connected({}, handlers);
    first.server.clientStream.breakDown(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    const second = await connected({}, handlers);
    second.server.stream.end();
    await turns();
    expect(words).toEqual([
      "connection to server.example:1883 lost: connection closed by the other side",
      "server.example:1883 closed the connection",
    ]);
  });

  test("is made again after a while, with the same client identifier", async () => {
    const { client, events, lose, world } = await recorded(
      { ...V5, ...persistent, clientId: "" },
      connack({ assignedClientIdentifier: "auto-7" }),
    );
    await lose();
    expect(client.isConnected).toBe(false);
    expect(world.running).toEqual([250]);
    world.advance(249);
    await turns();
    expect(world.dials).toBe(1);
    world.advance(1);
    const server = await world.accept();
    expect(await server.expect(PacketType.CONNECT)).toMatchObject({ clientId: "auto-7", cleanStart: false });
    server.send(resumed);
    await turns();
    expect(client.isConnected).toBe(true);
    expect(client.connack).toEqual(resumed);
    expect(events).toEqual([
      ["lost", "connection-lost", 250],
      ["reconnected", true],
    ]);
  });

  test("is tried again and again, at growing intervals, until the attempts are used up", async () => {
    const { events, lose, world } = await recorded({ reconnect: { ...reconnect, attempts: 3 } });
    for (let count = 0; count < 3; count++) world.dialFailures.push(new UnreachableError("connect", "cannot connect"));
    await lose();
    for (let count = 0; count < 3; count++) {
      world.advance(10_000);
      await turns();
    }
    expect(events).toEqual([
      ["lost", "connection-lost", 250],
      ["lost", "unreachable", 500],
      ["lost", "unreachable", 1000],
      ["lost", "unreachable", undefined],
      ["end", "unreachable"],
    ]);
  });

  test("again, soon after: the intervals go on growing; after a good while they begin anew", async () => {
    const { events, lose, world } = await recorded();
    await lose();
    world.advance(250);
    const second = await reconnected(world, resumed);
    await turns();
    second.clientStream.breakDown(undefined);
    await turns();
    world.advance(500);
    const third = await reconnected(world, resumed);
    await turns();
    world.advance(10_000);
    third.clientStream.breakDown(undefined);
    await turns();
    expect(events.filter(([name]) => name === "lost").map(([, , retryIn]) => retryIn)).toEqual([250, 500, 250]);
  });

  test.each([
    ["a server that is busy is tried again", ReasonCode.SERVER_BUSY, 500],
    ["a server that has thought better of the password is not", ReasonCode.BAD_USER_NAME_OR_PASSWORD, undefined],
  ])("%s", async (_, reasonCode, retryIn) => {
    const { events, lose, world } = await recorded({ ...V5, reconnect });
    await lose();
    world.advance(250);
    await reconnected(world, { ...connack(), reasonCode });
    await turns();
    expect(events.slice(1)).toEqual([
      ["lost", "refused", retryIn],
      ...(retryIn === undefined ? [["end", "refused"]] : []),
    ]);
  });

  test.each([
    ["for the moment", ReasonCode.SERVER_SHUTTING_DOWN, 250],
    ["because another client has taken over", ReasonCode.SESSION_TAKEN_OVER, undefined],
    ["for another server", ReasonCode.USE_ANOTHER_SERVER, undefined],
  ])("a server that ends the connection %s says so with DISCONNECT", async (_, reasonCode, retryIn) => {
    const causes: unknown[] = [];
    const { server } = await connected({ ...V5, reconnect }, { onConnectionLost: (...args) => causes.push(args) });
    server.send({ type: DISCONNECT, reasonCode, properties: { serverReference: "other" } });
    await server.end();
    expect(causes).toMatchObject([
      [{ code: "refused", packet: "DISCONNECT", reasonCode, serverReference: "other" }, retryIn],
    ]);
    expect(await server.rest()).toEqual([]);
  });

  test("by DISCONNECT 0x00 is an ordinary loss", async () => {
    const { events, server } = await recorded({ ...V5, reconnect });
    server.send({ type: DISCONNECT, reasonCode: ReasonCode.NORMAL_DISCONNECTION, properties: NO_PROPERTIES });
    await server.end();
    expect(events).toEqual([["lost", "connection-lost", 250]]);
  });

  test("and what the old one still tells does not touch the new one", async () => {
    const { client, server, world } = await recorded({ ...V5, ...persistent });
    server.send({ type: DISCONNECT, reasonCode: ReasonCode.SERVER_SHUTTING_DOWN, properties: NO_PROPERTIES });
    await turns(2);
    world.advance(250);
    await reconnected(world, resumed);
    await turns();
    server.clientStream.onClose(new Error("late"));
    server.clientStream.onDrain();
    await turns();
    expect(client.isConnected).toBe(true);
  });
});

describe("Clean Start of the second connection", () => {
  test.each<[string, Partial<ClientOptions>, ConnackPacket, boolean]>([
    ["3.1.1: Clean Session stays what it is", {}, connack(), true],
    ["5.0: a session without expiry begins anew", V5, connack(), true],
    ["5.0: a session that lives on is resumed", { ...V5, properties: { sessionExpiryInterval: 60 } }, connack(), false],
    [
      "5.0: unless the server has said that it does not",
      { ...V5, properties: { sessionExpiryInterval: 60 } },
      connack({ sessionExpiryInterval: 0 }),
      true,
    ],
  ])("%s", async (_, changes, answer, cleanStart) => {
    const { lose, world } = await recorded({ reconnect, ...changes }, answer);
    await lose();
    world.advance(250);
    expect(await (await world.accept()).expect(PacketType.CONNECT)).toMatchObject({ cleanStart });
  });
});

describe("messages in flight, when the session is resumed", () => {
  test("are sent again with DUP, their packet ids and in their order; PUBREL where PUBREC had come [MQTT-4.4.0-1]", async () => {
    const { client, events, lose, server, world } = await recorded(
      { ...persistent, ...V5 },
      connack({ topicAliasMaximum: 5 }),
    );
    for (const [index, qos] of ([1, 2, 2, 1] as const).entries()) {
      client.tryPublish(message({ topic: `topic/${index % 2}`, qos, payload: Buffer.from(String(index)) }), index);
    }
    const sent = (await server.rest()) as { packetId: number }[];
    const [first, second, third, fourth] = sent.map(({ packetId }) => packetId) as [number, number, number, number];
    server.send(ack(PUBREC, second), ack(PUBACK, first));
    await turns();
    await lose();
    client.tryPublish(message({ topic: "new" }));
    world.advance(250);
    const again = await reconnected(world, connack({ topicAliasMaximum: 5 }, true));
    expect(await again.rest()).toMatchObject([
      { type: PUBREL, packetId: second },
      {
        type: PUBLISH,
        packetId: third,
        dup: true,
        qos: 2,
        topic: "topic/0",
        payload: Buffer.from("2"),
        properties: {},
      },
      {
        type: PUBLISH,
        packetId: fourth,
        dup: true,
        qos: 1,
        topic: "topic/1",
        payload: Buffer.from("3"),
        properties: {},
      },
    ]);
    again.send(ack(PUBCOMP, second), ack(PUBREC, third), ack(PUBACK, fourth));
    await turns();
    again.send(ack(PUBCOMP, third));
    await turns();
    expect(events.filter(([name]) => name === "published")).toEqual([
      ["published", 0, 0],
      ["published", 1, 0],
      ["published", 3, 0],
      ["published", 2, 0],
    ]);
  });

  test("publish() promises survive, those that were sent and those that waited", async () => {
    const { client, lose, server, world } = await recorded(persistent);
    const sent = client.publish(message({ qos: 1 }));
    const { packetId } = await server.expect(PUBLISH);
    await lose();
    const waiting = [client.publish(message({ topic: "2", qos: 1 })), client.publish(message({ topic: "3" }))];
    world.advance(250);
    const again = await reconnected(world, resumed);
    expect(await again.expect(PUBLISH)).toMatchObject({ packetId, dup: true });
    const second = await again.expect(PUBLISH);
    expect(second).toMatchObject({ topic: "2", dup: false });
    again.send(ack(PUBACK, packetId as number), ack(PUBACK, second.packetId as number));
    expect(await sent).toBe(ReasonCode.SUCCESS);
    expect(await Promise.all(waiting)).toEqual([ReasonCode.SUCCESS, ReasonCode.SUCCESS]);
  });

  test("QoS 0 that the network had not taken is lost, and publish() says so", async () => {
    const { client, lose, server } = await recorded();
    server.clientStream.hold();
    const result = client.publish(message());
    await Promise.all([lose(), expect(result).rejects.toMatchObject({ code: "connection-lost" })]);
  });

  test("large ones too", async () => {
    const { client, lose, server, world } = await recorded();
    const payload = Buffer.alloc(200_000, 0x5a);
    client.tryPublish(message({ qos: 1, payload }));
    payload.fill(0);
    await server.expect(PUBLISH);
    await lose();
    world.advance(250);
    const again = await reconnected(world, resumed);
    expect(Buffer.alloc(200_000, 0x5a).equals((await again.expect(PUBLISH)).payload)).toBe(true);
  });

  test("twice lost, they are sent a third time; an id is not given to anyone else meanwhile", async () => {
    const { client, lose, server, world } = await recorded();
    client.tryPublish(message({ qos: 1 }));
    const { packetId } = await server.expect(PUBLISH);
    await lose();
    world.advance(250);
    const second = await reconnected(world, resumed);
    await second.expect(PUBLISH);
    second.clientStream.breakDown(undefined);
    await turns();
    world.advance(500);
    const third = await reconnected(world, resumed);
    expect(await third.expect(PUBLISH)).toMatchObject({ packetId, dup: true });
    client.tryPublish(message({ qos: 1 }));
    expect((await third.expect(PUBLISH)).packetId).not.toBe(packetId);
  });

  test("respect the server's Receive Maximum, and new ones wait behind them", async () => {
    const { client, events, lose, server, world } = await recorded({ ...persistent, ...V5 });
    for (const topic of ["1", "2", "3"]) client.tryPublish(message({ topic, qos: 1 }));
    await server.rest();
    await lose();
    world.advance(250);
    const again = await reconnected(world, connack({ receiveMaximum: 2 }, true));
    const [first, second] = (await again.rest()) as unknown as [{ packetId: number }, { packetId: number }];
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
    again.send(ack(PUBACK, first.packetId));
    expect(await again.rest()).toMatchObject([{ topic: "3" }]);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
    again.send(ack(PUBACK, second.packetId));
    await turns();
    expect(events.at(-1)).toEqual(["ready"]);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(true);
  });

  test("that the server does not take any more are refused here", async () => {
    const { client, events, lose, server, world } = await recorded({ ...persistent, ...V5 });
    client.tryPublish(message({ qos: 1, retain: true }), 1);
    client.tryPublish(message({ qos: 2 }), 2);
    client.tryPublish(message({ qos: 1, payload: Buffer.alloc(100) }), 3);
    client.tryPublish(message({ qos: 1 }), 4);
    await server.rest();
    await lose();
    world.advance(250);
    const limits = { retainAvailable: false, maximumQoS: 1, maximumPacketSize: 50 } as const;
    const again = await reconnected(world, connack(limits, true));
    expect(await again.rest()).toMatchObject([{ type: PUBLISH, payload: Buffer.from("hello") }]);
    expect(events.filter(([name]) => name === "published")).toEqual([
      ["published", 1, ReasonCode.RETAIN_NOT_SUPPORTED],
      ["published", 2, ReasonCode.QOS_NOT_SUPPORTED],
      ["published", 3, ReasonCode.PACKET_TOO_LARGE],
    ]);
  });

  test("received ones of QoS 2 are not delivered twice, and released", async () => {
    const { events, lose, server, world } = await recorded();
    server.send(publishPacket({ qos: 2, packetId: 4 }));
    await server.expect(PUBREC);
    await lose();
    world.advance(250);
    const again = await reconnected(world, resumed);
    again.send(publishPacket({ qos: 2, packetId: 4, dup: true }));
    await again.expect(PUBREC);
    again.send(ack(PUBREL, 4));
    await again.expect(PUBCOMP);
    expect(events.filter(([name]) => name === "message")).toHaveLength(1);
  });
});

describe("when the server has lost the session [MQTT-3.2.2-5]", () => {
  test("messages in flight are published anew, without DUP; what the server had received is done", async () => {
    const { client, events, lose, server, world } = await recorded();
    client.tryPublish(message({ topic: "1", qos: 1 }), 1);
    client.tryPublish(message({ topic: "2", qos: 2 }), 2);
    client.tryPublish(message({ topic: "3", qos: 2 }), 3);
    const sent = (await server.rest()) as { packetId: number }[];
    server.send(ack(PUBREC, sent[1]?.packetId as number));
    await turns();
    await lose();
    world.advance(250);
    const again = await reconnected(world, connack());
    expect(await again.rest()).toMatchObject([
      { type: PUBLISH, topic: "1", dup: false },
      { type: PUBLISH, topic: "3", dup: false },
    ]);
    expect(events.filter(([name]) => name === "published")).toEqual([["published", 2, ReasonCode.SUCCESS]]);
  });

  test("what was resumed once, with DUP, is published anew without", async () => {
    const { client, lose, server, world } = await recorded();
    client.tryPublish(message({ qos: 1 }));
    await server.rest();
    await lose();
    world.advance(250);
    const second = await reconnected(world, resumed);
    expect(await second.expect(PUBLISH)).toMatchObject({ dup: true });
    second.clientStream.breakDown(undefined);
    await turns();
    world.advance(500);
    const third = await reconnected(world, connack());
    expect(await third.expect(PUBLISH)).toMatchObject({ dup: false });
  });

  test("received packet ids of QoS 2 are forgotten", async () => {
    const { events, lose, server, world } = await recorded();
    server.send(publishPacket({ qos: 2, packetId: 4 }));
    await server.expect(PUBREC);
    await lose();
    world.advance(250);
    const again = await reconnected(world, connack());
    again.send(publishPacket({ qos: 2, packetId: 4 }));
    await again.expect(PUBREC);
    expect(events.filter(([name]) => name === "message")).toHaveLength(2);
  });

  test("everything that was granted is asked for again, together as it was, before anything is published", async () => {
    const { client, lose, server, world } = await recorded({ ...persistent, ...V5 });
    const answers: [Promise<unknown>, ReasonCode[]][] = [
      [client.subscribe([to("a"), to("b")], { subscriptionIdentifier: 1 }), [1, 1]],
      [client.subscribe([to("c"), to("refused")], { subscriptionIdentifier: 2 }), [0, ReasonCode.NOT_AUTHORIZED]],
      [client.subscribe([to("b"), to("gone")], { subscriptionIdentifier: 3 }), [1, 1]],
    ];
    for (const [answer, codes] of answers) {
      server.send(suback((await server.expect(SUBSCRIBE)).packetId, ...codes));
      await answer;
    }
    const removed = client.unsubscribe(["gone"]);
    server.send(unsuback((await server.expect(PacketType.UNSUBSCRIBE)).packetId, 0));
    await removed;
    await lose();
    const waiting = client.publish(message());
    world.advance(250);
    const again = await reconnected(world, connack());
    const packets = await again.rest();
    expect(packets).toMatchObject([
      { type: SUBSCRIBE, subscriptions: [to("a")], properties: { subscriptionIdentifier: 1 } },
      { type: SUBSCRIBE, subscriptions: [to("b")], properties: { subscriptionIdentifier: 3 } },
      { type: SUBSCRIBE, subscriptions: [to("c")], properties: { subscriptionIdentifier: 2 } },
      { type: PUBLISH },
    ]);
    for (const packet of packets) if (packet.type === SUBSCRIBE) again.send(suback(packet.packetId, 1));
    await waiting;
    await turns();
    expect(client.isConnected).toBe(true);
  });

  test("nothing is asked for when the session is there", async () => {
    const { client, lose, server, world } = await recorded();
    const subscribed = client.subscribe([to("a")]);
    server.send(suback((await server.expect(SUBSCRIBE)).packetId, 1));
    await subscribed;
    await lose();
    world.advance(250);
    expect(await (await reconnected(world, resumed)).rest()).toEqual([]);
  });

  test("a subscription that is refused now ends the client: it would wait for nothing", async () => {
    const { client, events, lose, server, world } = await recorded();
    const subscribed = client.subscribe([to("a")]);
    server.send(suback((await server.expect(SUBSCRIBE)).packetId, 1));
    await subscribed;
    await lose();
    world.advance(250);
    const again = await reconnected(world, connack());
    again.send(suback((await again.expect(SUBSCRIBE)).packetId, ReasonCode.UNSPECIFIED_ERROR));
    await again.expect(DISCONNECT);
    await again.end();
    expect(events.slice(-2)).toEqual([
      ["lost", "refused", undefined],
      ["end", "refused"],
    ]);
  });
});

describe("a server that does not take what the last one took: nothing of it is sent", () => {
  const limits = [
    ["wildcards", { wildcardSubscriptionAvailable: false }, "a/#", {}, 0xa2],
    ["shares", { sharedSubscriptionAvailable: false }, "$share/g/a", {}, 0x9e],
    ["identifiers", { subscriptionIdentifierAvailable: false }, "a", { subscriptionIdentifier: 1 }, 0xa1],
  ] as const;

  test.each(limits)(
    "%s: a subscription that cannot be renewed ends the client",
    async (_, limit, filter, properties, reasonCode) => {
      const causes: unknown[] = [];
      const { client, server, world } = await connected(
        { ...V5, ...persistent },
        { onEnd: (cause) => causes.push(cause) },
      );
      const subscribed = client.subscribe([to(filter)], properties);
      server.send(suback((await server.expect(SUBSCRIBE)).packetId, 1));
      await subscribed;
      server.clientStream.breakDown(undefined);
      await turns();
      world.advance(250);
      const again = await reconnected(world, connack(limit));
      expect(await again.expect(DISCONNECT)).toMatchObject({ reasonCode: 0 });
      await again.end();
      expect(causes).toMatchObject([{ code: "refused", packet: "SUBSCRIBE", reasonCode }]);
    },
  );

  test.each(limits)(
    "%s: a request made meanwhile is refused; one that waits for another server is not",
    async (_, limit, filter, properties, reasonCode) => {
      const { client, lose, world } = await recorded({ ...V5, ...persistent }, connack(limit));
      await expect(client.subscribe([to(filter)], properties)).rejects.toMatchObject({ code: "refused", reasonCode });
      await lose();
      const result = client.subscribe([to(filter)], properties);
      world.advance(250);
      const again = await reconnected(world, resumed);
      again.send(suback((await again.expect(SUBSCRIBE)).packetId, 1));
      await result;
      again.clientStream.breakDown(undefined);
      await turns();
      const other = client.subscribe([to(filter)], properties);
      const refused = expect(other).rejects.toMatchObject({ code: "refused", packet: "SUBSCRIBE", reasonCode });
      world.advance(1000);
      const third = await reconnected(world, connack(limit, true));
      await refused;
      expect(await third.rest()).toEqual([]);
    },
  );

  test("Maximum Packet Size: neither", async () => {
    const { client, events, lose, server, world } = await recorded({ ...V5, ...persistent });
    const subscribed = client.subscribe([to("a".repeat(50))]);
    server.send(suback((await server.expect(SUBSCRIBE)).packetId, 1));
    await subscribed;
    await lose();
    world.advance(250);
    const again = await reconnected(world, connack({ maximumPacketSize: 40 }));
    expect(await again.expect(DISCONNECT)).toMatchObject({ reasonCode: 0 });
    await turns();
    expect(events.at(-1)).toEqual(["end", "refused"]);
  });
});

describe("requests that were not answered", () => {
  test("are made again on the next connection, and so are those made meanwhile", async () => {
    const { client, lose, server, world } = await recorded();
    const first = client.subscribe([to("a")]);
    await server.expect(SUBSCRIBE);
    await lose();
    const second = client.unsubscribe(["b"]);
    world.advance(250);
    const again = await reconnected(world, resumed);
    const [subscribe, unsubscribe] = (await again.rest()) as unknown as [{ packetId: number }, { packetId: number }];
    expect(subscribe).toMatchObject({ type: SUBSCRIBE, subscriptions: [{ filter: "a" }] });
    again.send(suback(subscribe.packetId, 1), unsuback(unsubscribe.packetId));
    await Promise.all([first, second]);
  });

  test("are given up in time, also while there is no connection, and then not made at all", async () => {
    const { client, lose, world } = await recorded({ ...persistent, requestTimeout: 100 });
    await lose();
    const result = client.subscribe([to("a")]);
    const late = expect(result).rejects.toMatchObject({ code: "timeout" });
    world.advance(250);
    await late;
    expect(await (await reconnected(world, resumed)).rest()).toEqual([]);
  });

  test("fail when the client ends", async () => {
    const { client, server } = await recorded();
    const result = client.subscribe([to("a")]);
    await server.expect(SUBSCRIBE);
    client.destroy();
    await expect(result).rejects.toMatchObject({ code: "interrupted" });
  });
});

test("tryPublish finds no room while there is no connection; onReady tells when there is one", async () => {
  const { client, events, lose, world } = await recorded();
  await lose();
  expect(client.tryPublish(message())).toBe(false);
  world.advance(250);
  const again = await reconnected(world, resumed);
  await turns();
  expect(events.slice(-2)).toEqual([["reconnected", true], ["ready"]]);
  expect(client.tryPublish(message())).toBe(true);
  expect(await again.rest()).toHaveLength(1);
});

test("a client that was paused stays paused on its new connection", async () => {
  const { client, events, lose, world } = await recorded();
  client.pauseReading();
  await lose();
  world.advance(250);
  const again = await reconnected(world, resumed);
  again.send(publishPacket());
  await turns();
  expect(events.filter(([name]) => name === "message")).toEqual([]);
  client.resumeReading();
  await turns();
  expect(events.filter(([name]) => name === "message")).toHaveLength(1);
});

test("in 3.1 a session is resumed as well, though CONNACK cannot say so: messages are published anew", async () => {
  const { client, lose, server, world } = await recorded({ ...persistent, protocolVersion: ProtocolVersion.V3_1 });
  client.tryPublish(message({ qos: 1 }));
  await server.expect(PUBLISH);
  await lose();
  world.advance(250);
  expect(await (await reconnected(world)).expect(PUBLISH)).toMatchObject({ dup: false });
});
