import { describe, expect, test } from "vitest";
import type { Client, ClientHandlers, OutgoingMessage } from "../../../src/client/index.ts";
import { NO_PROPERTIES, PacketType, ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { ack, connack, connected, suback, turns, V5 } from "./test-server.ts";

const { PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL } = PacketType;

function message(changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { topic: "a/b", payload: Buffer.from("hello"), qos: 0, retain: false, ...changes };
}

/** Handlers that write down what they are told. */
function recorder(): { handlers: ClientHandlers; published: [number, number, string | undefined][]; ready: number } {
  const record = {
    published: [] as [number, number, string | undefined][],
    ready: 0,
    handlers: {
      onPublished: (token: number, code: number, words: string | undefined) =>
        record.published.push([token, code, words]),
      onReady: () => {
        record.ready += 1;
      },
    } as ClientHandlers,
  };
  return record;
}

describe("tryPublish", () => {
  test("sends QoS 0 with topic, payload and retain", async () => {
    const { client, server } = await connected();
    expect(client.tryPublish(message({ retain: true }))).toBe(true);
    expect(await server.expect(PUBLISH)).toMatchObject({
      qos: 0,
      retain: true,
      dup: false,
      topic: "a/b",
      packetId: undefined,
      payload: Buffer.from("hello"),
    });
  });

  test.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])("carries a payload of %d bytes", async (length) => {
    for (const changes of [{}, V5, { reconnect: {} }]) {
      const { client, server } = await connected(changes);
      const payload = Buffer.alloc(length, 0xab);
      client.tryPublish(message({ payload, qos: 1 }));
      const second = client.publish(message({ payload, qos: 0 }));
      expect(payload.equals((await server.expect(PUBLISH)).payload)).toBe(true);
      expect(payload.equals((await server.expect(PUBLISH)).payload)).toBe(true);
      await second;
    }
  });

  test("in 5.0 sends properties", async () => {
    const { client, server } = await connected(V5);
    const properties = {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 9,
      contentType: "text/plain",
      responseTopic: "answers",
      correlationData: Buffer.from([1, 2, 3]),
      userProperties: [
        ["a", "1"],
        ["a", "x".repeat(200)],
      ],
    } as const;
    client.tryPublish(message({ properties }));
    client.tryPublish(message({ properties: NO_PROPERTIES }));
    expect((await server.expect(PUBLISH)).properties).toEqual(properties);
    expect((await server.expect(PUBLISH)).properties).toEqual({});
  });

  test("before 5.0 leaves properties out", async () => {
    const { client, server } = await connected();
    client.tryPublish(message({ properties: { contentType: "text/plain" } }));
    expect(await server.expect(PUBLISH)).toMatchObject({ payload: Buffer.from("hello"), properties: {} });
  });

  test("keeps nothing of a small payload: the caller may write into it at once", async () => {
    const { client, server } = await connected();
    const payload = Buffer.from("first");
    client.tryPublish(message({ payload }));
    payload.write("secnd");
    client.tryPublish(message({ payload }));
    expect((await server.expect(PUBLISH)).payload).toEqual(Buffer.from("first"));
    expect((await server.expect(PUBLISH)).payload).toEqual(Buffer.from("secnd"));
  });

  test("sends everything of one turn in one write", async () => {
    const { client, server } = await connected();
    const before = server.clientStream.writes;
    for (let index = 0; index < 1000; index++) client.tryPublish(message());
    expect(await server.rest()).toHaveLength(1000);
    expect(server.clientStream.writes).toBe(before + 1);
  });

  test("tells when QoS 1 is acknowledged, with the token", async () => {
    const record = recorder();
    const { client, server } = await connected(V5, record.handlers);
    client.tryPublish(message({ qos: 1 }), 71);
    client.tryPublish(message({ qos: 1 }), 72);
    const first = await server.expect(PUBLISH);
    const second = await server.expect(PUBLISH);
    expect(first).toMatchObject({ qos: 1, dup: false });
    expect(first.packetId).not.toBe(second.packetId);
    server.send(ack(PUBACK, first.packetId as number, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    server.send({
      type: PUBACK,
      packetId: second.packetId as number,
      reasonCode: ReasonCode.QUOTA_EXCEEDED,
      properties: { reasonString: "enough" },
    });
    await turns();
    expect(record.published).toEqual([
      [71, ReasonCode.NO_MATCHING_SUBSCRIBERS, undefined],
      [72, ReasonCode.QUOTA_EXCEEDED, "enough"],
    ]);
  });

  test("walks QoS 2 through PUBREC, PUBREL and PUBCOMP", async () => {
    const record = recorder();
    const { client, server } = await connected({}, record.handlers);
    client.tryPublish(message({ qos: 2 }), 5);
    const packetId = (await server.expect(PUBLISH)).packetId as number;
    server.send(ack(PUBREC, packetId));
    expect((await server.expect(PUBREL)).packetId).toBe(packetId);
    expect(record.published).toEqual([]);
    server.send(ack(PUBCOMP, packetId));
    await turns();
    expect(record.published).toEqual([[5, ReasonCode.SUCCESS, undefined]]);
  });

  test("a repeated PUBREC is answered with PUBREL again, never with PUBLISH [MQTT-4.3.3-6]", async () => {
    const { client, server } = await connected();
    client.tryPublish(message({ qos: 2 }));
    const packetId = (await server.expect(PUBLISH)).packetId as number;
    server.send(ack(PUBREC, packetId), ack(PUBREC, packetId));
    expect(await server.rest()).toEqual([ack(PUBREL, packetId), ack(PUBREL, packetId)]);
    // Both are answered by servers that are older than 5.0.
    server.send(ack(PUBCOMP, packetId), ack(PUBCOMP, packetId));
    await turns();
    expect(client.isConnected).toBe(true);
  });

  test("a PUBREC that refuses ends the message, and frees its packet id [MQTT-4.3.3-9]", async () => {
    const record = recorder();
    const { client, server } = await connected(V5, record.handlers, connack({ receiveMaximum: 1 }));
    client.tryPublish(message({ qos: 2 }), 5);
    const packetId = (await server.expect(PUBLISH)).packetId as number;
    server.send(ack(PUBREC, packetId, ReasonCode.NOT_AUTHORIZED));
    await turns();
    expect(record.published).toEqual([[5, ReasonCode.NOT_AUTHORIZED, undefined]]);
    expect(client.tryPublish(message({ qos: 2 }), 6)).toBe(true);
    expect((await server.rest()).map(({ type }) => type)).toEqual([PUBLISH]);
  });

  test("a PUBREC for nothing is answered: packet identifier not found", async () => {
    const { server } = await connected(V5);
    server.send(ack(PUBREC, 9));
    expect(await server.expect(PUBREL)).toMatchObject({
      packetId: 9,
      reasonCode: ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
    });
  });

  test.each<[string, Partial<OutgoingMessage>, RegExp]>([
    ["empty", { topic: "" }, /topic is empty/],
    ["with a wildcard", { topic: "a/#" }, /wildcards are for subscriptions/],
    ["with NUL", { topic: "a\0b" }, /NUL/],
    ["with half a character", { topic: "\ud800" }, /not well-formed/],
    ["too long", { topic: "ä".repeat(32_768) }, /more than 65,535 bytes/],
  ])("a topic that is %s is a usage error", async (_, changes, words) => {
    const { client, server } = await connected();
    const expected = expect.objectContaining({ code: "usage", message: expect.stringMatching(words) });
    expect(() => client.tryPublish(message(changes))).toThrow(expected);
    await expect(client.publish(message(changes))).rejects.toEqual(expected);
    expect(await server.rest()).toEqual([]);
  });

  test.each<[string, OutgoingMessage["properties"]]>([
    ["an alias of the user's", { topicAlias: 1 }],
    ["subscription identifiers [MQTT-3.3.4-6]", { subscriptionIdentifiers: [1] }],
    ["a response topic with wildcards", { responseTopic: "a/+" }],
    ["text that is too long", { contentType: "x".repeat(65_536) }],
    ["a number that does not fit", { messageExpiryInterval: -1 }],
  ])("%s among the properties is a usage error, and nothing half written stays behind", async (_, properties) => {
    const { client, server } = await connected(V5);
    expect(() => client.tryPublish(message({ properties }))).toThrow(expect.objectContaining({ code: "usage" }));
    client.tryPublish(message());
    expect(await server.rest()).toHaveLength(1);
  });
});

describe("the server's limits are kept", () => {
  test.each([
    ["[MQTT-3.2.2-11] Maximum QoS", { maximumQoS: 0 } as const, { qos: 1 } as const, ReasonCode.QOS_NOT_SUPPORTED],
    ["[MQTT-3.2.2-14] Retain Available", { retainAvailable: false }, { retain: true }, ReasonCode.RETAIN_NOT_SUPPORTED],
    // 1 + 1 + (2 + 3) + 1 + 5 bytes
    ["[MQTT-3.2.2-15] Maximum Packet Size", { maximumPacketSize: 12 }, {}, ReasonCode.PACKET_TOO_LARGE],
  ])("%s", async (_, limits, changes, reasonCode) => {
    const { client, server } = await connected(V5, {}, connack(limits));
    const refused = expect.objectContaining({ code: "refused", packet: "PUBLISH", reasonCode });
    expect(() => client.tryPublish(message(changes))).toThrow(refused);
    await expect(client.publish(message(changes))).rejects.toEqual(refused);
    expect(await server.rest()).toEqual([]);
  });

  test("a packet of exactly the maximum size is sent", async () => {
    const { client, server } = await connected(V5, {}, connack({ maximumPacketSize: 13 }));
    expect(client.tryPublish(message())).toBe(true);
    expect(await server.rest()).toHaveLength(1);
  });

  test("[MQTT-3.3.4-7] Receive Maximum counts QoS 1 and 2 together, and QoS 0 not at all", async () => {
    const record = recorder();
    const { client, server } = await connected(V5, record.handlers, connack({ receiveMaximum: 2 }));
    expect(client.tryPublish(message({ qos: 1 }))).toBe(true);
    expect(client.tryPublish(message({ qos: 2 }))).toBe(true);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
    expect(client.tryPublish(message({ qos: 0 }))).toBe(true);
    const [first, second] = (await server.rest()) as unknown as [{ packetId: number }, { packetId: number }];

    // PUBREC gives nothing back; PUBACK and PUBCOMP do.
    server.send(ack(PUBREC, second.packetId));
    await turns();
    expect(record.ready).toBe(0);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
    server.send(ack(PUBACK, first.packetId));
    await turns();
    expect(record.ready).toBe(1);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(true);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
    server.send(ack(PUBCOMP, second.packetId));
    await turns();
    expect(client.tryPublish(message({ qos: 1 }))).toBe(true);
  });

  test("before 5.0, too, no more are in flight than the user allows", async () => {
    const { client } = await connected({ maximumInFlight: 1 });
    expect(client.tryPublish(message({ qos: 1 }))).toBe(true);
    expect(client.tryPublish(message({ qos: 1 }))).toBe(false);
  });

  test("topic aliases replace the topics that the server takes aliases for", async () => {
    const { client, server } = await connected(V5, {}, connack({ topicAliasMaximum: 2 }));
    for (const topic of ["plant/1", "plant/1", "plant/2", "plant/3", "plant/2", "plant/3", "a"]) {
      client.tryPublish(message({ topic, qos: 1, properties: { contentType: "x" } }));
    }
    const sent = (await server.rest()) as { topic: string; properties: object }[];
    expect(sent.map(({ topic, properties }) => [topic, properties])).toEqual([
      ["plant/1", { topicAlias: 1, contentType: "x" }],
      ["", { topicAlias: 1, contentType: "x" }],
      ["plant/2", { topicAlias: 2, contentType: "x" }],
      ["plant/3", { contentType: "x" }],
      ["", { topicAlias: 2, contentType: "x" }],
      ["plant/3", { contentType: "x" }],
      ["a", { contentType: "x" }],
    ]);
  });

  test("no alias makes a packet too large", async () => {
    // 1 + 1 + (2 + 7) + 1 + 5 = 17 bytes without alias, 20 with it.
    const limits = { topicAliasMaximum: 1, maximumPacketSize: 19 };
    const { client, server } = await connected(V5, {}, connack(limits));
    client.tryPublish(message({ topic: "plant/1" }));
    expect(await server.rest()).toMatchObject([{ topic: "plant/1", properties: {} }]);
  });

  test("there are no aliases when CONNACK does not offer them", async () => {
    const { client, server } = await connected(V5);
    client.tryPublish(message({ topic: "plant/1" }));
    client.tryPublish(message({ topic: "plant/1" }));
    expect(await server.rest()).toMatchObject([
      { topic: "plant/1", properties: {} },
      { topic: "plant/1", properties: {} },
    ]);
  });
});

describe("publish", () => {
  test("resolves QoS 0 when the network has taken it", async () => {
    const { client, server } = await connected();
    server.clientStream.hold();
    let isDone = false;
    const done = client.publish(message()).then((reasonCode) => {
      isDone = true;
      return reasonCode;
    });
    await turns();
    expect(isDone).toBe(false);
    server.clientStream.release();
    expect(await done).toBe(ReasonCode.SUCCESS);
  });

  test("resolves QoS 1 and 2 with the reason code of their end", async () => {
    const { client, server } = await connected(V5);
    const one = client.publish(message({ qos: 1 }));
    const two = client.publish(message({ qos: 2 }));
    const { packetId: first } = await server.expect(PUBLISH);
    const { packetId: second } = await server.expect(PUBLISH);
    server.send(ack(PUBACK, first as number, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    server.send(ack(PUBREC, second as number, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    server.send(ack(PUBCOMP, second as number));
    expect(await one).toBe(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    expect(await two).toBe(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  });

  test.each([PUBACK, PUBREC])("rejects when the server says no (packet type %d)", async (type) => {
    const { client, server } = await connected(V5);
    const result = client.publish(message({ qos: type === PUBACK ? 1 : 2 }));
    const { packetId } = await server.expect(PUBLISH);
    server.send({
      type,
      packetId: packetId as number,
      reasonCode: ReasonCode.NOT_AUTHORIZED,
      properties: { reasonString: "not here" },
    });
    await expect(result).rejects.toMatchObject({
      code: "refused",
      packet: type === PUBACK ? "PUBACK" : "PUBREC",
      reasonCode: ReasonCode.NOT_AUTHORIZED,
      reasonString: "not here",
      message: "the server refused the message: Not authorized (0x87): not here",
    });
  });

  test("waits for room, in order, and tryPublish does not overtake", async () => {
    const { client, server } = await connected(V5, {}, connack({ receiveMaximum: 1 }));
    const results = ["1", "2", "3"].map((topic) => client.publish(message({ topic, qos: 1 })));
    expect(client.tryPublish(message({ topic: "0" }))).toBe(false);
    for (const topic of ["1", "2", "3"]) {
      const packet = await server.expect(PUBLISH);
      expect(packet.topic).toBe(topic);
      server.send(ack(PUBACK, packet.packetId as number));
    }
    await Promise.all(results);
    expect(client.tryPublish(message({ topic: "0" }))).toBe(true);
  });

  test("one of many that cannot be sent does not stop the others", async () => {
    const { client, server } = await connected(V5, {}, connack({ receiveMaximum: 1, retainAvailable: false }));
    const first = client.publish(message({ qos: 1 }));
    const second = client.publish(message({ qos: 1, retain: true }));
    const third = client.publish(message({ qos: 1 }));
    server.send(ack(PUBACK, (await server.expect(PUBLISH)).packetId as number));
    await first;
    await expect(second).rejects.toMatchObject({ code: "refused" });
    server.send(ack(PUBACK, (await server.expect(PUBLISH)).packetId as number));
    await third;
  });
});

describe("back-pressure", () => {
  test("while the network takes nothing, there is room for a while only; onReady tells when it goes on", async () => {
    const record = recorder();
    const { client, server } = await connected({}, record.handlers);
    server.clientStream.hold();
    const payload = Buffer.alloc(1000);
    let count = 0;
    for (let turn = 0; turn < 20; turn++) {
      while (client.tryPublish(message({ payload }))) count += 1;
      await turns(1);
    }
    expect(count).toBeGreaterThan(500);
    expect(count).toBeLessThan(3000);
    const readyBefore = record.ready;
    server.clientStream.release();
    expect(await server.rest()).toHaveLength(count);
    expect(record.ready).toBeGreaterThan(readyBefore);
    expect(client.tryPublish(message({ payload }))).toBe(true);
  });

  test("a loop that never waits lets the event loop have its turn all the same", async () => {
    const record = recorder();
    const { client } = await connected({}, record.handlers);
    let count = 0;
    while (count < 1e6 && client.tryPublish(message({ payload: Buffer.alloc(100) }))) count += 1;
    expect(count).toBeLessThan(1e6);
    expect(record.ready).toBe(0);
    await turns();
    expect(record.ready).toBe(1);
  });

  test("flushed resolves when everything published has been taken by the network", async () => {
    const { client, server } = await connected();
    await client.flushed();
    server.clientStream.hold();
    client.tryPublish(message({ payload: Buffer.alloc(100_000) }));
    let isFlushed = false;
    const flushed = client.flushed().then(() => {
      isFlushed = true;
    });
    await turns();
    expect(isFlushed).toBe(false);
    server.clientStream.release();
    await flushed;
  });

  test("a server that reads nothing is not read from without end, and loses nothing", async () => {
    const received: number[] = [];
    const { server } = await connected({}, { onMessage: (m) => received.push(m.packetId) });
    server.clientStream.hold();
    // Each PUBLISH makes an acknowledgement of 4 bytes that the network does not take.
    const publishes = Buffer.concat(
      Array.from({ length: 60_000 }, (_, index) =>
        Buffer.from([0x32, 5, 0, 1, 0x61, (index + 1) >> 8, (index + 1) & 255]),
      ),
    );
    for (let round = 0; round < 30; round++) {
      server.sendRaw(publishes);
      await turns(2);
    }
    expect(received.length).toBeLessThan(30 * 60_000);
    expect(server.clientStream.isPaused).toBe(true);
    server.clientStream.release();
    await turns(200);
    expect(received.length).toBe(30 * 60_000);
    expect(await server.rest()).toHaveLength(30 * 60_000);
  });
});

describe("packet identifiers", () => {
  test("are one space for PUBLISH and SUBSCRIBE [MQTT-2.2.1-3]", async () => {
    const { client, server } = await connected();
    client.tryPublish(message({ qos: 1 }));
    const subscription = { filter: "x", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscribed = client.subscribe([subscription]);
    const { packetId: first } = await server.expect(PUBLISH);
    const { packetId: second } = await server.expect(PacketType.SUBSCRIBE);
    expect(second).not.toBe(first);
    server.send(suback(second, ReasonCode.SUCCESS), ack(PUBACK, first as number));
    await subscribed;
  });

  test("that are all in use are waited for, without a loop that never ends", async () => {
    const { client, server } = await connected({ keepAlive: 0 });
    let sent = 0;
    while (await roomFor(client)) sent += 1;
    expect(sent).toBe(65_535);
    const pending = client.publish(message({ topic: "late", qos: 1 }));
    const packets = (await server.rest()) as { packetId: number }[];
    expect(new Set(packets.map(({ packetId }) => packetId)).size).toBe(65_535);
    server.send(ack(PUBACK, 77));
    expect(await server.expect(PUBLISH)).toMatchObject({ topic: "late", packetId: 77 });
    server.send(ack(PUBACK, 77));
    await pending;
  });
});

/** Publishes one, if need be in the next turn. */
async function roomFor(client: Client): Promise<boolean> {
  const next = message({ qos: 1, payload: Buffer.alloc(0) });
  if (client.tryPublish(next)) return true;
  await turns(2);
  return client.tryPublish(next);
}

test("the same bytes go out in every version, but for the properties", async () => {
  const hex: Record<number, string> = {};
  for (const protocolVersion of [ProtocolVersion.V3_1, ProtocolVersion.V3_1_1, ProtocolVersion.V5_0]) {
    const { client, server } = await connected({ protocolVersion });
    const arrived = new Promise<Buffer>((resolve) => {
      server.stream.onData = resolve;
    });
    client.tryPublish(message({ qos: 2, retain: true, payload: Buffer.from("hi") }));
    hex[protocolVersion] = (await arrived).toString("hex");
  }
  expect(hex).toEqual({ 3: "35090003612f6200016869", 4: "35090003612f6200016869", 5: "350a0003612f620001006869" });
});
