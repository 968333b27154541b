import { describe, expect, test } from "vitest";
import type { ClientHandlers } from "../../../src/client/index.ts";
import { Client } from "../../../src/client/index.ts";
import { PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { ack, connack, connected, optionsFrom, publishPacket, TestWorld, turns, V5 } from "./test-server.ts";

const { DISCONNECT, PUBACK, PUBLISH } = PacketType;
const message = { topic: "a", payload: Buffer.from("x"), qos: 0, retain: false } as const;

function recorder() {
  const events: unknown[] = [];
  const handlers: ClientHandlers = {
    onConnectionLost: (cause) => events.push(["lost", cause.code]),
    onEnd: (cause) => events.push(["end", cause?.code]),
    onMessage: ({ topic }) => events.push(["message", topic]),
  };
  return { events, handlers };
}

describe("end", () => {
  test("sends DISCONNECT behind everything published, then the end of the stream, and resolves when all is over", async () => {
    const { events, handlers } = recorder();
    const { client, server, world } = await connected({}, handlers);
    client.tryPublish(message);
    const ended = client.end();
    await server.expect(PUBLISH);
    await server.expect(DISCONNECT);
    await server.end();
    await ended;
    expect(client.isConnected).toBe(false);
    expect(events).toEqual([["end", undefined]]);
    expect(world.running).toEqual([]);
  });

  test("waits until the network has taken everything, however long that takes", async () => {
    const { client, server } = await connected();
    server.clientStream.hold();
    client.tryPublish({ ...message, payload: Buffer.alloc(500_000) });
    let hasEnded = false;
    const ended = client.end().then(() => {
      hasEnded = true;
    });
    await turns(50);
    expect(hasEnded).toBe(false);
    server.clientStream.release();
    expect((await server.expect(PUBLISH)).payload).toHaveLength(500_000);
    await server.expect(DISCONNECT);
    await ended;
  });

  test("leave: DISCONNECT goes out at once, and the end of the connection is left to others", async () => {
    const { client, server } = await connected();
    await client.publish(message);
    await server.expect(PUBLISH);
    await client.leave();
    await server.expect(DISCONNECT);
    expect(client.isConnected).toBe(true);
    expect(() => client.tryPublish(message)).toThrow("the client has ended");
    client.destroy();
  });

  test("leave: behind what the network has not taken yet, and not resolved before it has", async () => {
    const { client, server } = await connected();
    server.clientStream.hold();
    client.tryPublish({ ...message, payload: Buffer.alloc(500_000) });
    let hasLeft = false;
    const left = client.leave().then(() => {
      hasLeft = true;
    });
    await turns(50);
    expect(hasLeft).toBe(false);
    server.clientStream.release();
    expect((await server.expect(PUBLISH)).payload).toHaveLength(500_000);
    await server.expect(DISCONNECT);
    await left;
    client.destroy();
  });

  test("leave: resolves where the connection is lost meanwhile", async () => {
    const { client, server } = await connected();
    server.clientStream.hold();
    client.tryPublish({ ...message, payload: Buffer.alloc(500_000) });
    const left = client.leave();
    server.stream.destroy();
    await left;
    expect(client.isConnected).toBe(false);
  });

  test("carries a reason code and properties in 5.0", async () => {
    const { client, server } = await connected({ ...V5, properties: { sessionExpiryInterval: 5 } });
    const ended = client.end(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, { sessionExpiryInterval: 60 });
    expect(await server.expect(DISCONNECT)).toMatchObject({
      reasonCode: ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
      properties: { sessionExpiryInterval: 60 },
    });
    await ended;
  });

  test.each([
    ["a session cannot be prolonged that was to end", ReasonCode.SUCCESS, { sessionExpiryInterval: 60 }],
    ["a code that is the server's alone", ReasonCode.SESSION_TAKEN_OVER, {}],
    ["a code that DISCONNECT cannot carry", ReasonCode.BANNED, {}],
    ["text that is too long", ReasonCode.SUCCESS, { reasonString: "x".repeat(65_536) }],
  ])("rejects what cannot be said, and nothing has ended: %s", async (_, reasonCode, properties) => {
    const { client } = await connected(V5);
    await expect(client.end(reasonCode, properties)).rejects.toMatchObject({ code: "usage" });
    expect(client.isConnected).toBe(true);
  });

  test("called by a message's handler: that message is acknowledged, and no other one is seen", async () => {
    const { events, handlers } = recorder();
    const { client, server } = await connected(
      {},
      {
        ...handlers,
        onMessage: ({ topic }) => {
          events.push(topic);
          void client.end();
        },
      },
    );
    server.send(publishPacket({ topic: "1", qos: 1, packetId: 1 }), publishPacket({ topic: "2", qos: 1, packetId: 2 }));
    expect(await server.next()).toEqual(ack(PUBACK, 1));
    await server.expect(DISCONNECT);
    await server.end();
    expect(events[0]).toBe("1");
    expect(events).not.toContain("2");
  });

  test("of a paused client works as well", async () => {
    const { events, handlers } = recorder();
    const { client, server } = await connected({}, handlers);
    client.pauseReading();
    server.send(publishPacket({ qos: 1, packetId: 1 }));
    await turns();
    const ended = client.end();
    await server.expect(DISCONNECT);
    await ended;
    expect(events).toEqual([["end", undefined]]);
  });

  test("gives up a server that does not answer while everything is to be handed over", async () => {
    const { client, server, world } = await connected({ keepAlive: 10 });
    client.pauseReading();
    server.clientStream.hold();
    client.tryPublish(message);
    const ended = client.end();
    await turns();
    world.advance(30_000);
    await ended;
  });

  test("while there is no connection ends the attempts", async () => {
    const { events, handlers } = recorder();
    const { client, server, world } = await connected({ reconnect: { random: () => 0.5 } }, handlers);
    server.clientStream.breakDown(undefined);
    await turns();
    const waiting = client.publish(message);
    await Promise.all([client.end(), expect(waiting).rejects.toMatchObject({ code: "interrupted" })]);
    expect(world.running).toEqual([]);
    expect(events).toEqual([
      ["lost", "connection-lost"],
      ["end", undefined],
    ]);
  });

  test("when the connection breaks meanwhile is over all the same", async () => {
    const { events, handlers } = recorder();
    const { client, server } = await connected({ reconnect: {} }, handlers);
    server.clientStream.hold();
    client.tryPublish(message);
    const ended = client.end();
    await turns();
    server.clientStream.breakDown(new Error("gone"));
    await ended;
    expect(events).toEqual([["end", undefined]]);
  });

  test("twice is once", async () => {
    const { client, server } = await connected();
    await Promise.all([client.end(), client.end()]);
    await client.end();
    client.destroy();
    expect(await server.rest()).toHaveLength(1);
  });

  test("leaves nothing behind that still waits: promises are rejected", async () => {
    const { client, server } = await connected();
    const pending = client.publish({ ...message, qos: 1 });
    await server.expect(PUBLISH);
    await Promise.all([client.end(), expect(pending).rejects.toMatchObject({ code: "interrupted" })]);
    expect(() => client.tryPublish(message)).toThrow(expect.objectContaining({ code: "interrupted" }));
  });
});

describe("destroy", () => {
  test("drops the connection without DISCONNECT", async () => {
    const { events, handlers } = recorder();
    const { client, server } = await connected({ reconnect: {} }, handlers);
    client.tryPublish(message);
    client.destroy();
    await server.end();
    expect(await server.rest()).toEqual([]);
    expect(events).toEqual([["end", undefined]]);
    await client.flushed();
  });

  test("in a message's handler: nothing is acknowledged, and nothing comes after it", async () => {
    const seen: string[] = [];
    const { client, server } = await connected(
      {},
      {
        onMessage: ({ topic }) => {
          seen.push(topic);
          client.destroy();
        },
      },
    );
    server.send(publishPacket({ topic: "1", qos: 1, packetId: 1 }), publishPacket({ topic: "2" }));
    await server.end();
    expect(await server.rest()).toEqual([]);
    expect(seen).toEqual(["1"]);
  });

  test("while it reconnects gives the attempt up, wherever it stands", async () => {
    const { client, server, world } = await connected({ reconnect: { random: () => 0 } });
    server.clientStream.breakDown(undefined);
    await turns();
    world.advance(1);
    const again = await world.accept();
    await again.expect(PacketType.CONNECT);
    client.destroy();
    await again.end();
    expect(world.running).toEqual([]);

    const other = await connected({ reconnect: { random: () => 0 } });
    other.server.clientStream.breakDown(undefined);
    await turns();
    other.world.advance(1);
    const third = await other.world.accept();
    await third.expect(PacketType.CONNECT);
    third.send(connack());
    other.client.destroy();
    await third.end();
    expect(other.client.isConnected).toBe(false);
  });
});

test("a client whose connection goes in the turn in which it was accepted tells so to its handlers", async () => {
  const { events, handlers } = recorder();
  const world = new TestWorld();
  const connecting = Client.connect(optionsFrom(), handlers, world);
  const server = await world.accept();
  await server.expect(PacketType.CONNECT);
  server.send(connack());
  server.stream.destroy();
  const client = await connecting;
  await turns();
  expect(client.isConnected).toBe(false);
  expect(events).toEqual([
    ["lost", "connection-lost"],
    ["end", "connection-lost"],
  ]);
});
