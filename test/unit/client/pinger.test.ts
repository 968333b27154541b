import { describe, expect, test } from "vitest";
import { PacketType, PINGRESP } from "../../../src/codec/index.ts";
import { connack, connected, publishPacket, V5 } from "./test-server.ts";

const { PINGREQ, PUBLISH } = PacketType;
const message = { topic: "a", payload: Buffer.alloc(0), qos: 0, retain: false } as const;

describe("keep alive [MQTT-3.1.2-20]", () => {
  test("an idle client pings before its time is over, again and again", async () => {
    const { server, world } = await connected({ keepAlive: 10 });
    for (let round = 0; round < 3; round++) {
      world.advance(8500);
      expect(await server.rest()).toEqual([]);
      world.advance(1500);
      await server.expect(PINGREQ);
      server.send(PINGRESP);
      await server.rest();
    }
  });

  test("what was sent counts, what was received does not", async () => {
    const { client, server, world } = await connected({ keepAlive: 10 });
    world.advance(9000);
    client.tryPublish(message);
    await server.expect(PUBLISH);
    world.advance(9000);
    expect(await server.rest()).toEqual([]);
    server.send(publishPacket());
    await server.rest();
    world.advance(1000);
    await server.expect(PINGREQ);
  });

  test("an acknowledgement counts as sent", async () => {
    const { server, world } = await connected({ keepAlive: 10 });
    world.advance(9000);
    server.send(publishPacket({ qos: 1, packetId: 1 }));
    await server.expect(PacketType.PUBACK);
    world.advance(9000);
    expect(await server.rest()).toEqual([]);
  });

  test("0 turns it off", async () => {
    const { client, server, world } = await connected({ keepAlive: 0 });
    world.advance(3_600_000);
    expect(await server.rest()).toEqual([]);
    expect(client.isConnected).toBe(true);
  });

  test.each([
    [5, 60],
    [60, 5],
  ])("[MQTT-3.2.2-21] the server's %d seconds replace our %d", async (serverKeepAlive, keepAlive) => {
    const { server, world } = await connected({ ...V5, keepAlive }, {}, connack({ serverKeepAlive }));
    world.advance(serverKeepAlive * 1000 - 1000);
    expect(await server.rest()).toEqual([]);
    world.advance(1000);
    await server.expect(PINGREQ);
  });

  test("a server that does not answer a ping is given up", async () => {
    const losses: unknown[] = [];
    const { server, world } = await connected({ keepAlive: 60 }, { onConnectionLost: (cause) => losses.push(cause) });
    world.advance(60_000);
    await server.expect(PINGREQ);
    world.advance(9000);
    expect(losses).toEqual([]);
    world.advance(1000);
    expect(losses).toMatchObject([
      {
        code: "connection-lost",
        message: "connection to server.example:1883 lost: the server does not answer any more",
      },
    ]);
    await server.end();
  });

  test("a server that sends something else meanwhile is not", async () => {
    const { client, server, world } = await connected({ keepAlive: 60 });
    world.advance(60_000);
    await server.expect(PINGREQ);
    for (let round = 0; round < 5; round++) {
      server.send(publishPacket());
      await server.rest();
      world.advance(8000);
    }
    expect(client.isConnected).toBe(true);
  });

  test("while the client does not read, it pings, and does not judge the silence", async () => {
    const { client, server, world } = await connected({ keepAlive: 10 });
    client.pauseReading();
    world.advance(100_000);
    expect((await server.rest()).length).toBeGreaterThanOrEqual(9);
    expect(client.isConnected).toBe(true);
    client.resumeReading();
    world.advance(25_000);
    expect(client.isConnected).toBe(false);
  });

  test("a client that reads now and then notices silence all the same", async () => {
    const { client, world } = await connected({ keepAlive: 10 });
    client.pauseReading();
    for (let time = 0; time < 25_000; time += 100) {
      client.resumeReading();
      client.pauseReading();
      world.advance(100);
    }
    expect(client.isConnected).toBe(false);
  });
});
