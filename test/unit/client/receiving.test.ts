import { describe, expect, test } from "vitest";
import type { ClientHandlers, ClientOptions, ReceivedMessage } from "../../../src/client/index.ts";
import { encodePacket, NO_PROPERTIES, PacketType, ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { ack, type Connected, connected, publishPacket, turns, V5 } from "./test-server.ts";

const { DISCONNECT, PUBACK, PUBCOMP, PUBREC, PUBREL } = PacketType;

interface Listener extends Connected {
  readonly messages: Record<string, unknown>[];
}

/** A client that writes down what it receives. */
async function listening(changes: Partial<ClientOptions> = {}, handlers: ClientHandlers = {}): Promise<Listener> {
  const messages: Record<string, unknown>[] = [];
  const onMessage = (message: ReceivedMessage): void => {
    const { topic, qos, retain, dup, packetId, properties } = message;
    messages.push({ topic, payload: message.payload.toString(), qos, retain, dup, packetId, properties });
  };
  return { messages, ...(await connected(changes, { onMessage, ...handlers })) };
}

describe("a message arrives", () => {
  test("with all that its PUBLISH says", async () => {
    const { server, messages } = await listening(V5);
    const properties = {
      contentType: "text/plain",
      subscriptionIdentifiers: [7],
      userProperties: [["a", "b"]],
    } as const;
    server.send(publishPacket({ qos: 1, packetId: 9, retain: true, dup: true, properties }));
    await turns();
    expect(messages).toEqual([
      { topic: "a/b", payload: "hello", qos: 1, retain: true, dup: true, packetId: 9, properties },
    ]);
  });

  test("byte by byte as well as many in one chunk", async () => {
    const { server, messages } = await listening();
    for (const byte of encodePacket(publishPacket({ topic: "ü/1" }), ProtocolVersion.V3_1_1)) {
      server.sendRaw(Buffer.from([byte]));
      await turns(2);
    }
    server.send(publishPacket({ topic: "2" }), publishPacket({ topic: "3" }), publishPacket({ topic: "3" }));
    await turns();
    expect(messages.map(({ topic }) => topic)).toEqual(["ü/1", "2", "3", "3"]);
  });

  test("as a view: payload and bytes are the same memory", async () => {
    let isSame = false;
    const { server } = await listening(
      {},
      {
        onMessage: ({ payload, bytes, payloadStart, payloadEnd }) => {
          isSame = payload.equals(bytes.subarray(payloadStart, payloadEnd)) && payload.buffer === bytes.buffer;
        },
      },
    );
    server.send(publishPacket());
    await turns();
    expect(isSame).toBe(true);
  });

  test("with its topic found again among thousands", async () => {
    const { server, messages } = await listening();
    const topics = Array.from({ length: 5000 }, (_, index) => `plant/${index % 3000}/ä${"x".repeat(index % 50)}`);
    server.send(...topics.map((topic) => publishPacket({ topic })), publishPacket({ topic: "t".repeat(60_000) }));
    await turns();
    expect(messages.map(({ topic }) => topic)).toEqual([...topics, "t".repeat(60_000)]);
  });
});

describe("QoS", () => {
  test("1 is acknowledged when the handler has returned", async () => {
    const events: string[] = [];
    const { server } = await listening({}, { onMessage: () => events.push("message") });
    server.send(publishPacket({ qos: 1, packetId: 5 }));
    expect(await server.next()).toEqual(ack(PUBACK, 5));
    expect(events).toEqual(["message"]);
  });

  test("1: the same packet id is a new message, whatever DUP says [MQTT-4.3.2-5]", async () => {
    const { server, messages } = await listening();
    server.send(publishPacket({ qos: 1, packetId: 5 }), publishPacket({ qos: 1, packetId: 5, dup: true }));
    expect(await server.rest()).toEqual([ack(PUBACK, 5), ack(PUBACK, 5)]);
    expect(messages).toHaveLength(2);
  });

  test("2 is delivered once, and every PUBLISH and PUBREL is answered [MQTT-4.3.3-10]", async () => {
    const { server, messages } = await listening();
    const publish = publishPacket({ qos: 2, packetId: 5 });
    server.send(publish, { ...publish, dup: true });
    expect(await server.rest()).toEqual([ack(PUBREC, 5), ack(PUBREC, 5)]);
    server.send(ack(PUBREL, 5), ack(PUBREL, 5));
    expect(await server.rest()).toEqual([ack(PUBCOMP, 5), ack(PUBCOMP, 5)]);
    expect(messages).toHaveLength(1);
    server.send(publish);
    await turns();
    expect(messages).toHaveLength(2);
  });

  test("2: a PUBREL for nothing is answered, in 5.0 with 0x92", async () => {
    const { server } = await listening(V5);
    server.send(ack(PUBREL, 5));
    expect(await server.next()).toEqual(ack(PUBCOMP, 5, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
  });

  test("acknowledgements keep the order of the messages [MQTT-4.6.0-2]", async () => {
    const { server } = await listening();
    server.send(...[3, 1, 2].map((packetId) => publishPacket({ qos: 1, packetId })));
    expect(await server.rest()).toEqual([ack(PUBACK, 3), ack(PUBACK, 1), ack(PUBACK, 2)]);
  });
});

describe("topic aliases", () => {
  const alias = (topicAlias: number, topic = "") => publishPacket({ topic, properties: { topicAlias } });

  test("stand for their topics, may be set anew, and are not shown", async () => {
    const { server, messages } = await listening({ ...V5, properties: { topicAliasMaximum: 2 } });
    server.send(alias(1, "one"), alias(2, "two"), alias(1), alias(2), alias(1, "three"), alias(1));
    await turns();
    expect(messages.map(({ topic }) => topic)).toEqual(["one", "two", "one", "two", "three", "three"]);
    expect(messages.map(({ properties }) => properties)).toEqual(Array(6).fill({}));
  });

  test.each([
    ["above the maximum", 2, "t", 1, ReasonCode.TOPIC_ALIAS_INVALID],
    ["where none was announced", 1, "t", undefined, ReasonCode.TOPIC_ALIAS_INVALID],
    ["that was never set", 1, "", 1, ReasonCode.PROTOCOL_ERROR],
  ])("%s end the connection with the right code", async (_, topicAlias, topic, topicAliasMaximum, reasonCode) => {
    const ends: unknown[] = [];
    const properties = topicAliasMaximum === undefined ? NO_PROPERTIES : { topicAliasMaximum };
    const { server, messages } = await listening({ ...V5, properties }, { onEnd: (cause) => ends.push(cause) });
    server.send(alias(topicAlias, topic));
    expect(await server.expect(DISCONNECT)).toMatchObject({ reasonCode });
    await server.end();
    expect(messages).toEqual([]);
    expect(ends).toMatchObject([{ code: "protocol", reasonCode }]);
  });
});

describe("Receive Maximum [MQTT-3.3.4-9]", () => {
  const properties = { receiveMaximum: 2 };

  test.each([1, 2] as const)("that a server exceeds with QoS %d ends the connection", async (qos) => {
    const { server } = await listening({ ...V5, properties });
    server.send(...[1, 2, 3].map((packetId) => publishPacket({ qos, packetId })));
    const packets = await server.rest();
    expect(packets.at(-1)).toMatchObject({ type: DISCONNECT, reasonCode: ReasonCode.RECEIVE_MAXIMUM_EXCEEDED });
    await server.end();
  });

  test("is free again after PUBACK, and after PUBCOMP but not PUBREC", async () => {
    const { client, server } = await listening({ ...V5, properties });
    for (let round = 0; round < 3; round++) {
      server.send(publishPacket({ qos: 1, packetId: 1 }), publishPacket({ qos: 2, packetId: 2 }));
      await turns();
      server.send(ack(PUBREL, 2));
      await turns();
    }
    expect(client.isConnected).toBe(true);
    server.send(publishPacket({ qos: 2, packetId: 1 }), publishPacket({ qos: 2, packetId: 2 }));
    await turns();
    server.send(publishPacket({ qos: 2, packetId: 3 }));
    await server.end();
    expect(client.isConnected).toBe(false);
  });

  test("does not exist before 5.0", async () => {
    const { client, server, messages } = await listening({ properties });
    server.send(...[1, 2, 3].map((packetId) => publishPacket({ qos: 2, packetId })));
    await turns();
    expect(messages).toHaveLength(3);
    expect(client.isConnected).toBe(true);
  });
});

describe("a paused client", () => {
  test("receives nothing, not even what came in the same chunk, until it goes on", async () => {
    const seen: string[] = [];
    const { client, server } = await listening(
      {},
      {
        onMessage: ({ topic }) => {
          seen.push(topic);
          if (topic === "2") client.pauseReading();
        },
      },
    );
    server.send(...["1", "2", "3"].map((topic, index) => publishPacket({ topic, qos: 1, packetId: index + 1 })));
    await turns();
    server.send(publishPacket({ topic: "4" }));
    expect(await server.rest()).toEqual([ack(PUBACK, 1), ack(PUBACK, 2)]);
    expect(seen).toEqual(["1", "2"]);
    expect(server.clientStream.isPaused).toBe(true);

    client.resumeReading();
    await turns();
    expect(seen).toEqual(["1", "2", "3", "4"]);
    expect(server.clientStream.isPaused).toBe(false);
  });

  test("may still publish", async () => {
    const { client, server } = await listening();
    client.pauseReading();
    client.tryPublish({ topic: "a", payload: Buffer.alloc(0), qos: 0, retain: false });
    expect(await server.rest()).toHaveLength(1);
  });

  test("may be paused before the first byte", async () => {
    const { client, server, messages } = await listening();
    client.pauseReading();
    server.send(publishPacket());
    await turns();
    expect(messages).toEqual([]);
  });
});

test("what a handler throws ends the client, does not acknowledge the message, and goes on to the process", async () => {
  const ends: unknown[] = [];
  const { client, server } = await listening(
    {},
    {
      onMessage: () => {
        throw new Error("my mistake");
      },
      onEnd: (cause) => ends.push(cause),
    },
  );
  const { onData } = server.clientStream;
  const thrown: unknown[] = [];
  server.clientStream.onData = (chunk) => {
    try {
      onData(chunk);
    } catch (error) {
      thrown.push(error);
    }
  };
  server.send(publishPacket({ qos: 1, packetId: 1 }));
  expect(await server.rest()).toEqual([]);
  expect(thrown).toMatchObject([{ message: "my mistake" }]);
  expect(client.isConnected).toBe(false);
  expect(ends).toEqual([undefined]);
});
