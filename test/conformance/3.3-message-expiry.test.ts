import { setTimeout as later } from "node:timers/promises";
import { expect } from "vitest";
import { in5, together } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { ack } from "./support/write.ts";

function expiring(seconds: number) {
  return { properties: { messageExpiryInterval: seconds } };
}

/** The next message's remaining interval: what is left of `sent` after `waited` seconds, give or take what a test takes. */
async function expectRemaining(client: MqttClient, sent: number, waited: number): Promise<void> {
  const { messageExpiryInterval = -1 } = (await client.take()).properties;
  expect(messageExpiryInterval).toBeLessThanOrEqual(sent - waited);
  expect(messageExpiryInterval).toBeGreaterThanOrEqual(sent - waited - 5);
}

in5("[MQTT-3.3.2-6] a message that does not wait keeps its Message Expiry Interval", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  const publisher = await mqtt.connect();
  for (const qos of [0, 1, 2]) {
    await publisher.publish({ topic, qos, ...expiring(100) });
    expect((await listener.take()).properties.messageExpiryInterval).toBe(100);
  }
});

in5("[MQTT-3.3.2-6] the time that a message waited in a session is subtracted", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1 });
  await before.disconnect();
  await (await mqtt.connect()).publish({ topic, qos: 1, ...expiring(100) });
  await later(2_100);
  await expectRemaining(await mqtt.connect({ clientId, persistent: true }), 100, 2);
});

in5("[MQTT-3.3.2-6] the time that a message was retained is subtracted", async (mqtt) => {
  const topic = mqtt.topic();
  await (await mqtt.connect()).publish({ topic, payload: "r", retain: true, qos: 1, ...expiring(100) });
  await later(2_100);
  await expectRemaining(await mqtt.subscriber(topic), 100, 2);
});

in5("[MQTT-3.3.2-6] the time that a message waited for the client's quota is subtracted", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, qos: 1 });
  await publisher.publish({ topic, qos: 1, ...expiring(100) });
  const first = await client.message();
  await later(2_100);
  client.send(ack("PUBACK", first.id));
  await expectRemaining(client, 100, 2);
});

in5(
  "[MQTT-3.3.2-5] a message that expires while it waits in a session is deleted, those around it are not",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 2 });
    await before.disconnect();
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 1 });
    await publisher.publish({ topic, payload: "expires", qos: 1, ...expiring(1) });
    await publisher.publish({ topic, payload: "expires too", qos: 2, ...expiring(1) });
    await publisher.publish({ topic, payload: "2", qos: 2, ...expiring(100) });
    await later(2_600);
    const after = await mqtt.connect({ clientId, persistent: true });
    expect(await after.texts(2)).toEqual(["1", "2"]);
    await after.quiet();
  },
);

in5("[MQTT-3.3.2-5] a message that expires while it waits for the client's quota is deleted", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await publisher.publish({ topic, payload: "expires", qos: 1, ...expiring(1) });
  await publisher.publish({ topic, payload: "2", qos: 1 });
  const first = await client.message();
  await later(2_600);
  client.send(ack("PUBACK", first.id));
  expect((await client.take()).text).toBe("2");
});

in5(
  "[MQTT-3.3.2-5] a retained message that expires while it waits for the client's quota is not sent",
  async (mqtt) => {
    const topic = mqtt.topic();
    const publisher = await mqtt.connect();
    for (const name of ["1", "2", "3"]) {
      await publisher.publish({ topic: `${topic}/${name}`, payload: name, retain: true, qos: 1, ...expiring(2) });
    }
    const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
    await client.subscribe({ filter: `${topic}/+`, qos: 1 });
    const first = await client.message();
    await later(3_600);
    client.send(ack("PUBACK", first.id));
    await client.quiet();
  },
);

in5("[MQTT-3.3.2-5] a retained message that has expired is not sent", async (mqtt) => {
  const topic = mqtt.topic();
  await (await mqtt.connect()).publish({ topic, payload: "r", retain: true, qos: 1, ...expiring(2) });
  expect((await (await mqtt.subscriber(topic)).message()).text).toBe("r");
  await later(3_600);
  await (await mqtt.subscriber(topic)).quiet();
});

in5(
  "[MQTT-3.3.2-5] an interval of 0 goes no further than to who can have it at once, and never out as 0",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 });
    await before.disconnect();
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "expired", qos: 1, ...expiring(0) });
    await publisher.publish({ topic, payload: "marker", qos: 1 });
    const after = await mqtt.connect({ clientId, persistent: true });
    expect((await after.take()).text).toBe("marker");
  },
);

in5(
  "[MQTT-4.3.3-7] a message that was sent does not expire any more: it is sent again, and its exchange goes on",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 2 });
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 1, ...expiring(1) });
    await publisher.publish({ topic, payload: "2", qos: 2, ...expiring(1) });
    const sent = [await before.message(), await before.message()];
    await before.disconnect();
    await later(2_600);
    const after = await mqtt.connect({ clientId, persistent: true });
    const again = [await after.take(), await after.take()];
    expect(again.map(({ text, id, dup }) => [text, id, dup])).toEqual(sent.map(({ text, id }) => [text, id, true]));
    await after.quiet();
  },
);

in5(
  "[MQTT-4.3.3-13] a QoS 2 exchange that has begun goes on to its end after the message has expired",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 2);
    await (await mqtt.connect()).publish({ topic, qos: 2, ...expiring(1) });
    const { id } = await listener.message();
    await later(2_600);
    listener.send(ack("PUBREC", id));
    expect(await listener.expect("PUBREL")).toMatchObject({ id, code: 0 });
    await later(500);
    listener.send(ack("PUBCOMP", id));
    await listener.quiet();
  },
);

in5("[MQTT-4.3.3-13] the receiving side finishes a QoS 2 exchange whose message has expired", async (mqtt) => {
  const publisher = await mqtt.connect();
  publisher.send(`34 [ <"${mqtt.topic()}"> 0007 [ 02 00000001 ] "x" ]`);
  expect(await publisher.expect("PUBREC")).toMatchObject({ id: 7 });
  await later(2_600);
  publisher.send(ack("PUBREL", 7));
  expect(await publisher.expect("PUBCOMP")).toMatchObject({ id: 7, code: 0 });
});

together.in5("[MQTT-3.3.2-6] a publisher of 3.1.1 has no interval, a subscriber of 3.1.1 is not told", async (mqtt) => {
  const topic = mqtt.topic();
  const old = await mqtt.connect({ version: 4 });
  await old.subscribe({ filter: topic });
  await (await mqtt.connect()).publish({ topic, payload: "p", ...expiring(100) });
  expect((await old.message()).text).toBe("p");
  const listener = await mqtt.subscriber(topic);
  await old.publish({ topic, payload: "q" });
  expect((await listener.message()).properties).toEqual({});
});
