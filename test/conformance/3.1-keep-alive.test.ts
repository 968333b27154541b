import { setTimeout as later } from "node:timers/promises";
import { expect } from "vitest";
import { in5, in311, inAll, inBoth, isRemote, type Mqtt, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { PINGREQ, publish } from "./support/write.ts";

/** How late a broker may notice, in milliseconds: the standard names no tolerance, and timers are coarse elsewhere. */
const LATE = isRemote ? 12_000 : 4_000;

/**
 * Connects, does something more, and then is silent: milliseconds until the broker ends the connection, measured from
 * before the last word. The last packet of the broker is its DISCONNECT 0x8D, if it sends one.
 */
async function silence(mqtt: Mqtt, keepAlive: number, andThen?: (client: MqttClient) => void): Promise<number> {
  const started = performance.now();
  const client = await mqtt.connect({ keepAlive });
  andThen?.(client);
  const packets = await client.end(15_000);
  const code = packets.map((packet) => (packet.type === "DISCONNECT" ? packet.code : undefined)).at(-1);
  expect([undefined, 0x8d]).toContain(code);
  return performance.now() - started;
}

inAll(
  "[MQTT-3.1.2-22] [3:MQTT-3.1.2-24] [MQTT-3.2.2-22] silence of one and a half keep alive intervals ends the connection",
  async (mqtt) => {
    const waited = await silence(mqtt, 1);
    expect(waited).toBeGreaterThan(1_400);
    expect(waited).toBeLessThan(LATE);
  },
);

inBoth("[MQTT-3.1.2-22] [3:MQTT-3.1.2-24] the broker waits one and a half intervals, not one", async (mqtt) => {
  expect(await silence(mqtt, 2)).toBeGreaterThan(2_900);
});

inBoth("[MQTT-3.1.2-22] [3:MQTT-3.1.2-24] every packet counts, not only PINGREQ", async (mqtt) => {
  const client = await mqtt.connect({ keepAlive: 2 });
  for (const packet of [publish(mqtt.version, { topic: mqtt.topic() }), PINGREQ]) {
    await later(2_000);
    client.send(packet);
  }
  await client.expect("PINGRESP");
  await client.quiet();
});

inBoth("[MQTT-3.1.2-22] [3:MQTT-3.1.2-24] what the broker sends does not count", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ keepAlive: 1 });
  await client.subscribe(topic);
  const publisher = await mqtt.connect();
  const chatter = setInterval(() => publisher.send(publish(mqtt.version, { topic })), 300);
  const started = performance.now();
  await client.raw.end(15_000);
  clearInterval(chatter);
  expect(performance.now() - started).toBeLessThan(LATE);
});

inBoth("[MQTT-3.1.2-22] [3:MQTT-3.1.2-24] Keep Alive 0 turns it off", async (mqtt) => {
  const client = await mqtt.connect({ keepAlive: 0 });
  await later(3_000);
  await client.quiet();
});

in5("[MQTT-3.2.2-22] without Server Keep Alive the client's value holds", async (mqtt) => {
  const { connack } = await mqtt.connect({ keepAlive: 1 });
  if (connack.properties.serverKeepAlive === undefined) {
    expect(await silence(mqtt, 1)).toBeLessThan(LATE);
  }
});

const strict = withBroker({ options: { maximumKeepAlive: 1 } });

strict.in5(
  "[MQTT-3.1.2-22] [MQTT-3.2.2-22] a Server Keep Alive is told, and holds instead of what the client asked for",
  async (mqtt) => {
    for (const keepAlive of [0, 60]) {
      const waited = await silence(mqtt, keepAlive, ({ connack }) => {
        expect(connack.properties.serverKeepAlive).toBe(1);
      });
      expect(waited).toBeGreaterThan(1_400);
      expect(waited).toBeLessThan(LATE);
    }
  },
);

strict.in5("[MQTT-3.2.2-22] a shorter Keep Alive than the broker's stays as it is", async (mqtt) => {
  const client = await mqtt.connect({ keepAlive: 1 });
  expect(client.connack.properties.serverKeepAlive).toBe(undefined);
});

withBroker({}).in5("[MQTT-3.1.2-22] mqtk says 0x8D before it closes", async (mqtt) => {
  const client = await mqtt.connect({ keepAlive: 1 });
  const packets = await client.end(15_000);
  expect(packets).toMatchObject([{ type: "DISCONNECT", code: 0x8d }]);
});

in311("[3:MQTT-3.1.2-24] a client that stops in the middle of a packet is silent too", async (mqtt) => {
  expect(await silence(mqtt, 1, (client) => client.send("30 0a 00"))).toBeLessThan(LATE);
});

const hasty = withBroker({ options: { connectTimeout: 1_000 } });

hasty.inBoth("[5.0 connect timeout] a connection without CONNECT is ended, whatever trickles in", async (mqtt) => {
  const mute = await mqtt.open();
  const slow = await mqtt.open();
  const trickle = setInterval(() => slow.raw.send("10"), 300);
  const started = performance.now();
  await Promise.all([mute.raw.end(), slow.raw.end()]);
  clearInterval(trickle);
  expect(performance.now() - started).toBeLessThan(LATE);
});
