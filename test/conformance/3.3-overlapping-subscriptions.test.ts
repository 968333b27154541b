import { expect } from "vitest";
import { in5, inBoth, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import type { Publish } from "./support/read.ts";

/** The messages up to the marker, which matches one subscription only. */
async function copies(client: MqttClient): Promise<Publish[]> {
  const messages: Publish[] = [];
  for (let message = await client.take(); message.text !== "marker"; message = await client.take()) {
    messages.push(message);
  }
  return messages;
}

const identifiers = (messages: readonly Publish[]): number[] =>
  messages.flatMap(({ properties }) => properties.subscriptionIdentifiers ?? []).sort((a, b) => a - b);

inBoth(
  "[MQTT-3.3.4-2] [3:MQTT-3.3.5-1] overlapping subscriptions: the copy with the highest QoS is not missing",
  async (mqtt) => {
    const topic = mqtt.topic();
    for (const qos of [
      [0, 2],
      [2, 0],
      [1, 2, 0],
      [0, 1],
      [1, 1],
    ]) {
      const client = await mqtt.connect();
      const filters = [`${topic}/#`, `${topic}/a`, `${topic}/+`];
      await client.subscribe([
        ...qos.map((granted, index) => ({ filter: filters[index] ?? "", qos: granted })),
        { filter: `${topic}/marker/x`, qos: 2 },
      ]);
      const publisher = await mqtt.connect();
      await publisher.publish({ topic: `${topic}/a`, payload: "x", qos: 2 });
      await publisher.publish({ topic: `${topic}/marker/x`, payload: "marker", qos: 2 });
      const received = (await copies(client)).map((message) => message.qos);
      expect(Math.max(...received)).toBe(Math.max(...qos));
      await client.disconnect();
    }
  },
);

withBroker({}).inBoth("[MQTT-3.3.4-2] mqtk sends one copy", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe([
    { filter: `${topic}/#`, qos: 1 },
    { filter: `${topic}/a`, qos: 0 },
    { filter: `${topic}/+`, qos: 2 },
  ]);
  const publisher = await mqtt.connect();
  await publisher.publish({ topic: `${topic}/a`, payload: "x", qos: 2 });
  await publisher.publish({ topic: `${topic}/a`, payload: "marker", qos: 0 });
  expect((await copies(client)).map(({ qos }) => qos)).toEqual([2]);
});

in5(
  "[MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.3.4-5] [U5-062] all identifiers of the matching subscriptions arrive, and no others",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect();
    await client.subscribe({ filter: `${topic}/#` }, { subscriptionIdentifiers: [1] });
    await client.subscribe({ filter: `${topic}/a` }, { subscriptionIdentifiers: [268_435_455] });
    await client.subscribe({ filter: `${topic}/+` });
    await client.subscribe({ filter: `${topic}/b` }, { subscriptionIdentifiers: [3] });
    const publisher = await mqtt.connect();
    await publisher.publish({ topic: `${topic}/a`, payload: "x" });
    await publisher.publish({ topic: `${topic}/x/y`, payload: "marker" });
    const received = await copies(client);
    expect(identifiers(received)).toEqual([1, 268_435_455]);
  },
);

in5(
  "[MQTT-3.3.4-4] several filters of one SUBSCRIBE share its identifier: sent once or per subscription",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect();
    await client.subscribe([{ filter: `${topic}/#` }, { filter: `${topic}/a` }], { subscriptionIdentifiers: [5] });
    const publisher = await mqtt.connect();
    await publisher.publish({ topic: `${topic}/a`, payload: "x" });
    await publisher.publish({ topic, payload: "marker" });
    expect(new Set(identifiers(await copies(client)))).toEqual(new Set([5]));
  },
);

in5("[MQTT-3.3.4-3] an identifier is replaced, and removed, by subscribing again", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  const publisher = await mqtt.connect();
  const idsNow = async () => {
    await publisher.publish({ topic, payload: "x" });
    return (await client.message()).properties.subscriptionIdentifiers;
  };
  await client.subscribe({ filter: topic }, { subscriptionIdentifiers: [1] });
  expect(await idsNow()).toEqual([1]);
  await client.subscribe({ filter: topic }, { subscriptionIdentifiers: [2] });
  expect(await idsNow()).toEqual([2]);
  await client.subscribe({ filter: topic });
  expect(await idsNow()).toBe(undefined);
});

in5("[MQTT-3.3.4-3] identifiers are part of the session, and of the messages that wait in it", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1 }, { subscriptionIdentifiers: [9] });
  await before.disconnect();
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "waited", qos: 1 });
  const after = await mqtt.connect({ clientId, persistent: true });
  expect(await after.take()).toMatchObject({ text: "waited", properties: { subscriptionIdentifiers: [9] } });
  await publisher.publish({ topic, payload: "live", qos: 1 });
  expect(await after.take()).toMatchObject({ text: "live", properties: { subscriptionIdentifiers: [9] } });
});

in5("[MQTT-3.3.4-3] each client gets its own identifiers for the same message", async (mqtt) => {
  const topic = mqtt.topic();
  const clients = [];
  for (const id of [11, 22, 33]) {
    const client = await mqtt.connect();
    await client.subscribe({ filter: topic }, { subscriptionIdentifiers: [id] });
    clients.push({ client, id });
  }
  const plain = await mqtt.subscriber(topic);
  await (await mqtt.connect()).publish({ topic });
  for (const { client, id } of clients) {
    expect((await client.message()).properties.subscriptionIdentifiers).toEqual([id]);
  }
  expect((await plain.message()).properties).toEqual({});
});

in5("[MQTT-3.8.3-3] No Local with overlap: one's own message comes if another subscription wants it", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: `${topic}/a`, qos: 2, noLocal: true }, { subscriptionIdentifiers: [1] });
  await client.subscribe({ filter: `${topic}/#`, qos: 0 }, { subscriptionIdentifiers: [2] });
  await client.publish({ topic: `${topic}/a`, payload: "own" });
  const own = await client.message();
  expect(own).toMatchObject({ text: "own", qos: 0, properties: { subscriptionIdentifiers: [2] } });
  await client.quiet();
  await (await mqtt.connect()).publish({ topic: `${topic}/a`, payload: "x", qos: 2 });
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect(identifiers(await copies(client))).toEqual([1, 2]);
});

in5("[U5-060] [U5-069] [U5-070] a Subscription Identifier of 0, or two of them, end the connection", async (mqtt) => {
  const filter = `<"${mqtt.topic()}"> 00`;
  await mqtt.offends(`82 [ 0001 [ 0b 00 ] ${filter} ]`, 0x82);
  await mqtt.offends(`82 [ 0001 [ 0b 01 0b 02 ] ${filter} ]`, 0x82);
  await mqtt.offends(`30 [ <"${mqtt.topic()}"> [ 0b 00 ] ]`, 0x81, 0x82);
});

in5("[3.8 identifiers] Subscription Identifiers of every length are accepted and come back", async (mqtt) => {
  for (const id of [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455]) {
    const topic = mqtt.topic(`${id}`);
    const client = await mqtt.connect();
    await client.subscribe({ filter: topic }, { subscriptionIdentifiers: [id] });
    await client.publish({ topic });
    expect((await client.message()).properties.subscriptionIdentifiers).toEqual([id]);
    await client.disconnect();
  }
});
