import { expect } from "vitest";
import { in5, isRemote, type Mqtt, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { ack, publish } from "./support/write.ts";

/** A publisher and the highest alias it may use; without any, a broker has nothing to be tested for. */
async function publisherWithAliases(mqtt: Mqtt): Promise<{ client: MqttClient; maximum: number }> {
  const client = await mqtt.connect();
  const maximum = client.connack.properties.topicAliasMaximum ?? 0;
  expect(maximum > 0 || isRemote, "mqtk accepts Topic Aliases").toBe(true);
  return { client, maximum };
}

function aliased(topic: string, alias: number, payload: string, qos = 0) {
  return { topic, payload, qos, properties: { topicAlias: alias } };
}

in5("[MQTT-3.3.2-12] every alias from 1 to the broker's maximum is accepted", async (mqtt) => {
  const { client, maximum } = await publisherWithAliases(mqtt);
  const listener = await mqtt.subscriber(mqtt.topic("#"));
  const aliases = Array.from({ length: Math.min(maximum, 40) }, (_, index) => maximum - index);
  for (const alias of aliases) {
    await client.publish(aliased(mqtt.topic(`${alias}`), alias, `${alias}`));
  }
  for (const alias of aliases) {
    await client.publish(aliased("", alias, `${alias}`));
  }
  for (const alias of [...aliases, ...aliases]) {
    expect(await listener.message()).toMatchObject({ topic: mqtt.topic(`${alias}`), text: `${alias}`, properties: {} });
  }
});

in5("[MQTT-3.3.2-12] an alias may be given to another topic", async (mqtt) => {
  const { client, maximum } = await publisherWithAliases(mqtt);
  if (maximum > 0) {
    const listener = await mqtt.subscriber(mqtt.topic("#"));
    await client.publish(aliased(mqtt.topic("a"), 1, "1"));
    await client.publish(aliased(mqtt.topic("b"), 1, "2"));
    await client.publish(aliased("", 1, "3"));
    const topics = [];
    for (let count = 0; count < 3; count += 1) {
      topics.push((await listener.message()).topic);
    }
    expect(topics).toEqual([mqtt.topic("a"), mqtt.topic("b"), mqtt.topic("b")]);
  }
});

in5("[MQTT-3.3.2-12] aliases work for every QoS, for retained messages and for sessions that wait", async (mqtt) => {
  const { client, maximum } = await publisherWithAliases(mqtt);
  if (maximum > 0) {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const away = await mqtt.connect({ clientId, persistent: true });
    await away.subscribe({ filter: topic, qos: 2 });
    await away.disconnect();
    await client.publish(aliased(topic, 1, "1", 1));
    await client.publish(aliased("", 1, "2", 2));
    await client.publish({ ...aliased("", 1, "3", 1), retain: true });
    const back = await mqtt.connect({ clientId, persistent: true });
    for (const text of ["1", "2", "3"]) {
      expect(await back.take()).toMatchObject({ topic, text, properties: {} });
    }
    expect(await (await mqtt.subscriber(topic)).message()).toMatchObject({ topic, text: "3", properties: {} });
  }
});

in5("[U5-063] [MQTT-3.3.2-8] alias 0 ends the connection with 0x94, for every QoS", async (mqtt) => {
  await mqtt.offends(publish(5, aliased(mqtt.topic(), 0, "x")), 0x94);
  await mqtt.offends(publish(5, { ...aliased(mqtt.topic(), 0, "x", 1), id: 1 }), 0x94);
});

in5("[U5-063] an alias above the broker's maximum ends the connection with 0x94", async (mqtt) => {
  const { maximum } = await publisherWithAliases(mqtt);
  await mqtt.offends(publish(5, aliased(mqtt.topic(), maximum + 1, "x")), 0x94);
  await mqtt.offends(publish(5, { ...aliased(mqtt.topic(), 65_535, "x", 2), id: 1 }), 0x94);
});

in5("[U5-064] an alias that was never set, with an empty topic, ends the connection with 0x82", async (mqtt) => {
  const { maximum } = await publisherWithAliases(mqtt);
  if (maximum > 0) {
    await mqtt.offends(publish(5, aliased("", 1, "x")), 0x82);
  }
});

in5("[MQTT-3.3.2-7] the aliases of a connection end with it, also when the session is resumed", async (mqtt) => {
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  if ((before.connack.properties.topicAliasMaximum ?? 0) > 0) {
    await before.publish(aliased(mqtt.topic(), 1, "x", 1));
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true });
    after.send(publish(5, aliased("", 1, "x")));
    expect((await after.end()).filter(({ type }) => type !== "DISCONNECT")).toEqual([]);
  }
});

in5("[MQTT-3.3.2-7] the aliases of one client mean nothing to another", async (mqtt) => {
  const { client, maximum } = await publisherWithAliases(mqtt);
  if (maximum > 0) {
    await client.publish(aliased(mqtt.topic(), 1, "x", 1));
    await mqtt.offends(publish(5, aliased("", 1, "x")), 0x82);
  }
});

in5(
  "[MQTT-3.3.2-7] [MQTT-4.4.0-1] what is sent again after a reconnect has its topic, not an alias of the old connection",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const properties = { topicAliasMaximum: 10 };
    const before = await mqtt.connect({ clientId, persistent: true, properties });
    await before.subscribe({ filter: topic, qos: 1 });
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 1 });
    await publisher.publish({ topic, payload: "2", qos: 1 });
    await before.message();
    await before.message();
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true, properties });
    // Whatever the broker does with aliases, the first message of a topic must name it.
    expect(await after.message()).toMatchObject({ topic, text: "1", dup: true });
    const second = await after.message();
    expect([topic, ""]).toContain(second.topic);
    expect(second).toMatchObject({ text: "2", dup: true });
  },
);

const withoutAliases = withBroker({ options: { topicAliasMaximum: 0, outgoingTopicAliasMaximum: 0 } });

withoutAliases.in5("[U5-063] a broker that accepts no aliases refuses alias 1, and sends none", async (mqtt) => {
  await mqtt.offends(publish(5, aliased(mqtt.topic(), 1, "x")), 0x94);
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { topicAliasMaximum: 10 } });
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, qos: 1 });
  await publisher.publish({ topic, qos: 1 });
  for (let count = 0; count < 2; count += 1) {
    const message = await client.message();
    client.send(ack("PUBACK", message.id));
    expect(message).toMatchObject({ topic, properties: {} });
  }
});

withBroker({}).in5(
  "[MQTT-3.3.2-11] mqtk uses the aliases that a client offers, the topic with the first message only",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect({ properties: { topicAliasMaximum: 1 } });
    await client.subscribe({ filter: `${topic}/#`, qos: 2 });
    const publisher = await mqtt.connect();
    const seen = [];
    for (const [name, qos] of [
      ["a", 0],
      ["a", 1],
      ["b", 2],
      ["a", 2],
      ["b", 0],
    ] as const) {
      await publisher.publish({ topic: `${topic}/${name}`, qos });
      const message = await client.take();
      seen.push([message.topic, message.properties.topicAlias]);
    }
    expect(seen).toEqual([
      [`${topic}/a`, 1],
      ["", 1],
      [`${topic}/b`, undefined],
      ["", 1],
      [`${topic}/b`, undefined],
    ]);
  },
);

in5("[U5-057] an alias that comes twice ends the connection", async (mqtt) => {
  await mqtt.offends(`30 [ <"${mqtt.topic()}"> [ 23 0001 23 0001 ] ]`, 0x82);
});

in5("[MQTT-3.3.2-7] after a reconnect the broker names a topic before it uses an alias for it", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const properties = { topicAliasMaximum: 10 };
  const publisher = await mqtt.connect();
  for (let connection = 0; connection < 3; connection += 1) {
    const client = await mqtt.connect({ clientId, persistent: true, properties });
    await client.subscribe({ filter: topic, qos: 1, retainHandling: 2 });
    await publisher.publish({ topic, payload: "first", qos: 1 });
    expect((await client.take()).topic).toBe(topic);
    await publisher.publish({ topic, payload: "second", qos: 1 });
    const second = await client.take();
    expect(second.topic === topic || second.properties.topicAlias !== undefined).toBe(true);
    await client.disconnect();
  }
});
