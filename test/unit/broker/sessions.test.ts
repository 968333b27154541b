import { describe, expect, test } from "vitest";
import { type ConnectPacket, NO_PROPERTIES, PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { connectPacket, PacketClient, payloadsOf } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

const { PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT, CONNACK } = PacketType;

/** A CONNECT whose session stays for a minute. */
function staying(clientId: string, wishes: Partial<ConnectPacket> = {}): Partial<ConnectPacket> {
  return { clientId, cleanStart: false, properties: { sessionExpiryInterval: 60 }, ...wishes };
}

describe("sessions", () => {
  test("[MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.2.2-2] [MQTT-3.2.2-3] a session is there again, unless a clean start is asked for", async () => {
    const broker = await RunningBroker.start();
    for (const [cleanStart, isPresent] of [
      [false, false],
      [false, true],
      [true, false],
      [false, true],
    ] as const) {
      const client = await broker.connect(staying("same", { cleanStart }));
      expect(client.connack).toMatchObject({ reasonCode: 0, sessionPresent: isPresent });
      await client.disconnect();
    }
  });

  test("[MQTT-3.1.2-6] before 5.0 a clean session ends with its connection, another one stays", async () => {
    const broker = await RunningBroker.start();
    for (const protocolVersion of [3, 4] as const) {
      const clientId = `v${protocolVersion}`;
      const away = { sessionExpiryInterval: 0xffff_ffff };
      const first = await broker.connect({ clientId, protocolVersion, cleanStart: false, properties: away });
      await first.subscribe({ filter: "t", qos: 1 });
      await first.disconnect();
      const publisher = await broker.connect();
      publisher.publish("t", "while away", { qos: 1 });
      await publisher.nextOf(PUBACK);
      const second = await broker.connect({ clientId, protocolVersion, cleanStart: false, properties: away });
      expect(second.connack?.sessionPresent).toBe(protocolVersion === 4);
      expect(payloadsOf([await second.next()])).toEqual(["while away"]);
      await second.disconnect();
      const third = await broker.connect({ clientId, protocolVersion, cleanStart: true });
      expect(await third.settled()).toEqual([]);
      await third.disconnect();
      const fourth = await broker.connect({ clientId, protocolVersion, cleanStart: false, properties: away });
      expect(fourth.connack?.sessionPresent).toBe(false);
    }
  });

  test("[MQTT-3.1.2-23] a session ends when its interval has passed since the connection ended, not before", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const first = await broker.connect(staying("one"));
    clock.advance(1_000_000);
    await first.disconnect();
    await broker.told("onDisconnect");
    clock.advance(59_000);
    const second = await broker.connect(staying("one"));
    expect(second.connack?.sessionPresent).toBe(true);
    await second.disconnect();
    await broker.told("onDisconnect", 2);
    clock.advance(60_000);
    await expect
      .poll(async () => {
        // Looked at with a session of its own, so that looking does not prolong it.
        const client = await broker.connect({ clientId: "one", cleanStart: false });
        await client.disconnect();
        return client.connack?.sessionPresent;
      })
      .toBe(false);
  });

  test("[MQTT-3.14.2-2] DISCONNECT may shorten the session's interval, and not begin one", async () => {
    const broker = await RunningBroker.start();
    const shortened = await broker.connect(staying("one"));
    shortened.send({ type: DISCONNECT, reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
    await shortened.ended();
    expect((await broker.connect(staying("one"))).connack?.sessionPresent).toBe(false);
    const ends = await broker.connect();
    ends.send({ type: DISCONNECT, reasonCode: 0, properties: { sessionExpiryInterval: 1 } });
    expect(await ends.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.PROTOCOL_ERROR }]);
  });

  test("a longer interval than allowed is shortened, and the client is told", async () => {
    const broker = await RunningBroker.start({ options: { maximumSessionExpiry: 10 } });
    const asked = await broker.connect({ properties: { sessionExpiryInterval: 0xffff_ffff } });
    expect(asked.connack?.properties.sessionExpiryInterval).toBe(10);
    const modest = await broker.connect({ properties: { sessionExpiryInterval: 10 } });
    expect(modest.connack?.properties).not.toHaveProperty("sessionExpiryInterval");
  });

  test("[MQTT-3.1.4-3] who connects with the same client id takes over; the other is told and gone", async () => {
    const broker = await RunningBroker.start();
    const first = await broker.connect(staying("one"));
    await first.subscribe({ filter: "t", qos: 1 });
    const second = await broker.connect(staying("one"));
    expect(second.connack?.sessionPresent).toBe(true);
    expect(await first.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.SESSION_TAKEN_OVER }]);
    const publisher = await broker.connect();
    publisher.publish("t", "to the second", { qos: 1 });
    expect(payloadsOf([await second.next()])).toEqual(["to the second"]);
  });

  test("two hundred connections with one client id: each takes over from the one before, and one is left", async () => {
    const broker = await RunningBroker.start();
    const clients = await Promise.all(Array.from({ length: 200 }, () => PacketClient.open(broker.at)));
    for (const client of clients) {
      client.send(connectPacket(staying("contested")));
    }
    await Promise.all(clients.map((client) => client.nextOf(CONNACK)));
    await broker.told("onDisconnect", 199);
    await expect.poll(() => clients.filter((client) => !client.isClosed)).toHaveLength(1);
    const left = clients.find((client) => !client.isClosed);
    expect(await left?.settled()).toEqual([]);
  });

  test("[MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-4.6.0-1] what was in flight comes again, in order, with DUP and its packet ids; then what waited", async () => {
    const broker = await RunningBroker.start();
    const first = await broker.connect(
      staying("one", { properties: { sessionExpiryInterval: 60, receiveMaximum: 4 } }),
    );
    await first.subscribe({ filter: "t/#", qos: 2 });
    const publisher = await broker.connect();
    for (const [index, qos] of ([1, 2, 2, 1, 1, 2] as const).entries()) {
      publisher.publish(`t/${index}`, `${index}`, { qos });
    }
    await publisher.settled();
    const sent = await first.settled();
    expect(payloadsOf(sent)).toEqual(["0", "1", "2", "3"]);
    const ids = sent.map((packet) => (packet.type === PUBLISH ? packet.packetId : undefined));
    // The second one is received, so that only its PUBREL comes again.
    first.acknowledge(PUBREC, ids[1]);
    expect(await first.nextOf(PUBREL)).toMatchObject({ packetId: ids[1] });
    first.destroy();
    await broker.told("onDisconnect");

    const second = await broker.connect(
      staying("one", { properties: { sessionExpiryInterval: 60, receiveMaximum: 4 } }),
    );
    expect(await second.settled()).toMatchObject([
      { type: PUBLISH, packetId: ids[0], qos: 1, dup: true, topic: "t/0" },
      { type: PUBREL, packetId: ids[1] },
      { type: PUBLISH, packetId: ids[2], qos: 2, dup: true, topic: "t/2" },
      { type: PUBLISH, packetId: ids[3], qos: 1, dup: true, topic: "t/3" },
    ]);
    second.acknowledge(PUBACK, ids[0]);
    second.acknowledge(PUBCOMP, ids[1]);
    expect(await second.settled()).toMatchObject([
      { type: PUBLISH, qos: 1, dup: false, topic: "t/4" },
      { type: PUBLISH, qos: 2, dup: false, topic: "t/5" },
    ]);
  });

  test("[MQTT-4.9.0-1] what comes again waits for a smaller Receive Maximum", async () => {
    const broker = await RunningBroker.start();
    const first = await broker.connect(staying("one"));
    await first.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    for (const payload of ["0", "1", "2"]) {
      publisher.publish("t", payload, { qos: 1 });
    }
    await publisher.settled();
    expect(payloadsOf(await first.settled())).toEqual(["0", "1", "2"]);
    first.destroy();
    await broker.told("onDisconnect");
    const second = await broker.connect(
      staying("one", { properties: { sessionExpiryInterval: 60, receiveMaximum: 1 } }),
    );
    for (const payload of ["0", "1", "2"]) {
      const packet = await second.nextOf(PUBLISH);
      expect([payloadsOf([packet]), packet.dup]).toEqual([[payload], true]);
      expect(await second.settled()).toEqual([]);
      second.acknowledge(PUBACK, packet.packetId);
    }
  });

  test("[MQTT-4.3.3-10] a packet id that was not released is remembered: the same message again is not delivered again", async () => {
    const broker = await RunningBroker.start();
    const subscriber = await broker.connect();
    await subscriber.subscribe({ filter: "t", qos: 2 });
    const first = await broker.connect(staying("one"));
    first.publish("t", "once", { qos: 2, packetId: 7 });
    await first.nextOf(PUBREC);
    first.destroy();
    await broker.told("onDisconnect");
    const second = await broker.connect(staying("one"));
    second.publish("t", "once", { qos: 2, packetId: 7, dup: true });
    expect(await second.nextOf(PUBREC)).toMatchObject({ packetId: 7, reasonCode: 0 });
    second.acknowledge(PUBREL, 7);
    expect(await second.nextOf(PUBCOMP)).toMatchObject({ packetId: 7, reasonCode: 0 });
    second.acknowledge(PUBREL, 7);
    expect(await second.nextOf(PUBCOMP)).toMatchObject({ reasonCode: ReasonCode.PACKET_IDENTIFIER_NOT_FOUND });
    expect(payloadsOf(await subscriber.settled())).toEqual(["once"]);
  });

  test("a session keeps QoS 1 and 2 for a client that is away, in order and up to its limit; what is more is counted", async () => {
    const broker = await RunningBroker.start({ options: { maximumQueueLength: 5 } });
    const first = await broker.connect(staying("one"));
    await first.subscribe({ filter: "t", qos: 2 });
    await first.disconnect();
    await broker.told("onDisconnect");
    const publisher = await broker.connect();
    for (let index = 0; index < 8; index += 1) {
      publisher.publish("t", `${index}`, { qos: ((index % 2) + 1) as 1 | 2 });
    }
    publisher.publish("t", "QoS 0 is for those who are there");
    await publisher.settled();
    const second = await broker.connect(staying("one"));
    expect(payloadsOf(await second.settled())).toEqual(["0", "1", "2", "3", "4"]);
    expect(await broker.told("onDropped")).toEqual([["one", "queue-full", 3]]);
  });

  test("[MQTT-3.8.4-4] [MQTT-3.10.4-3] what waits is still delivered after its subscription has gone", async () => {
    const broker = await RunningBroker.start();
    const client = await broker.connect({ properties: { receiveMaximum: 1 } });
    await client.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    publisher.publish("t", "in flight", { qos: 1 });
    publisher.publish("t", "waits", { qos: 1 });
    await publisher.settled();
    client.send({ type: PacketType.UNSUBSCRIBE, packetId: 99, properties: NO_PROPERTIES, filters: ["t", "unknown"] });
    const [sent, answer] = await client.take(2);
    expect(answer).toMatchObject({ type: PacketType.UNSUBACK, packetId: 99, reasonCodes: [0, 0x11] });
    publisher.publish("t", "too late", { qos: 1 });
    await publisher.settled();
    client.acknowledge(PUBACK, sent?.type === PUBLISH ? sent.packetId : undefined);
    expect(payloadsOf(await client.settled())).toEqual(["waits"]);
  });
});

test("many sessions with full queues that are resumed at once get everything, in order, and others their turn", async () => {
  const broker = await RunningBroker.start();
  const names = Array.from({ length: 100 }, (_, index) => `away-${index}`);
  for (const name of names) {
    const client = await broker.connect(staying(name));
    await client.subscribe({ filter: "t", qos: 1 });
    await client.disconnect();
  }
  const publisher = await broker.connect();
  const wanted = Array.from({ length: 1000 }, (_, index) => `${index}`);
  for (const payload of wanted) publisher.publish("t", payload, { qos: 1 });
  await publisher.take(wanted.length);
  const clients = await Promise.all(names.map((name) => broker.connect(staying(name))));
  for (const client of clients) {
    await client.until(() => client.arrived.length >= wanted.length, "everything", 20_000);
    expect(payloadsOf(await client.settled())).toEqual(wanted);
  }
}, 60_000);
