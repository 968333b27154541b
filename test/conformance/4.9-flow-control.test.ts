import { expect } from "vitest";
import { closedWith, in5, in311, type Mqtt, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { ack, publish } from "./support/write.ts";

/** A subscriber of QoS 2 that takes `receiveMaximum` messages at a time, and messages for it. */
async function flooded(mqtt: Mqtt, receiveMaximum: number, qos: readonly number[]): Promise<MqttClient> {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { receiveMaximum } });
  await client.subscribe({ filter: topic, qos: 2 });
  const publisher = await mqtt.connect();
  for (const [index, level] of qos.entries()) {
    await publisher.publish({ topic, payload: `${index}`, qos: level });
  }
  return client;
}

in5(
  "[MQTT-4.9.0-1] [MQTT-3.3.4-9] [MQTT-4.9.0-2] no more than Receive Maximum messages are sent without acknowledgement",
  async (mqtt) => {
    for (const maximum of [1, 2, 5]) {
      const client = await flooded(mqtt, maximum, [1, 2, 1, 2, 1, 2, 1, 2]);
      const sent = [];
      for (let count = 0; count < maximum; count += 1) {
        sent.push(await client.message());
      }
      await client.quiet();
      expect(sent.map(({ text }) => text)).toEqual(sent.map((_, index) => `${index}`));
      await client.disconnect();
    }
  },
);

in5(
  "[MQTT-3.3.4-9] each PUBACK, PUBCOMP, and PUBREC with an error, makes room for one more; a PUBREC does not",
  async (mqtt) => {
    const client = await flooded(mqtt, 2, [1, 2, 2, 1, 1]);
    const [zero, one] = [await client.message(), await client.message()];
    client.send(ack("PUBACK", zero.id));
    const two = await client.message();
    await client.quiet();
    client.send(ack("PUBREC", one.id));
    await client.expect("PUBREL");
    await client.quiet();
    client.send(ack("PUBREC", two.id, 0x83));
    const three = await client.message();
    await client.quiet();
    client.send(ack("PUBCOMP", one.id));
    const four = await client.message();
    expect([zero, one, two, three, four].map(({ text }) => text)).toEqual(["0", "1", "2", "3", "4"]);
  },
);

in5("[MQTT-4.9.0-2] QoS 0 messages are not counted and do not wait", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "in flight", qos: 1 });
  await client.message();
  for (const payload of ["1", "2", "3"]) {
    await publisher.publish({ topic, payload, qos: 0 });
    expect((await client.message()).text).toBe(payload);
  }
});

in5("[MQTT-4.9.0-3] with its quota used up, the broker answers everything else", async (mqtt) => {
  const client = await flooded(mqtt, 1, [2, 2]);
  const first = await client.message();
  await client.quiet();
  expect((await client.subscribe(mqtt.topic("other"))).codes).toEqual([0]);
  expect((await client.unsubscribe(mqtt.topic("other"))).codes).toEqual([0]);
  expect((await client.publish({ topic: mqtt.topic("x"), qos: 1 }))?.type).toBe("PUBACK");
  expect((await client.publish({ topic: mqtt.topic("x"), qos: 2 }))?.type).toBe("PUBREC");
  client.send(ack("PUBREC", first.id));
  expect(await client.expect("PUBREL")).toMatchObject({ id: first.id });
});

in5("[MQTT-4.9.0-1] the quota begins anew with each connection", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true, properties: { receiveMaximum: 1 } });
  await before.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  for (const payload of ["1", "2", "3", "4"]) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  await before.message();
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true, properties: { receiveMaximum: 3 } });
  const sent = [await after.message(), await after.message(), await after.message()];
  expect(sent.map(({ text }) => text)).toEqual(["1", "2", "3"]);
  await after.quiet();
});

in5("[MQTT-4.9.0-1] without Receive Maximum a client takes all that are sent", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.subscriber(topic, 1);
  const publisher = await mqtt.connect();
  for (let count = 0; count < 30; count += 1) {
    await publisher.publish({ topic, payload: `${count}`, qos: 1 });
  }
  expect((await client.texts(30)).length).toBe(30);
});

// The other direction

const narrow = withBroker({ options: { receiveMaximum: 2 } });

narrow.in5(
  "[MQTT-4.9.0-1] [MQTT-3.3.4-9] more QoS 2 messages without PUBREL than the broker's Receive Maximum: 0x93",
  async (mqtt) => {
    const client = await mqtt.connect();
    expect(client.connack.properties.receiveMaximum).toBe(2);
    for (const id of [1, 2, 3]) {
      client.send(publish(5, { topic: mqtt.topic(), qos: 2, id }));
    }
    await closedWith(client, 0x93);
  },
);

narrow.in5("[MQTT-3.3.4-9] retransmissions and finished exchanges do not count", async (mqtt) => {
  const client = await mqtt.connect();
  const topic = mqtt.topic();
  for (const id of [1, 2]) {
    client.send(publish(5, { topic, qos: 2, id }));
    await client.expect("PUBREC");
    client.send(publish(5, { topic, qos: 2, id, dup: true }));
    await client.expect("PUBREC");
  }
  client.send(ack("PUBREL", 1));
  await client.expect("PUBCOMP");
  client.send(publish(5, { topic, qos: 2, id: 3 }));
  expect(await client.expect("PUBREC")).toMatchObject({ id: 3 });
  for (let id = 10; id < 20; id += 1) {
    expect((await client.publish({ topic, qos: 1, id }))?.type).toBe("PUBACK");
  }
});

narrow.in5("[MQTT-4.9.0-1] the quota that the broker gives begins anew with each connection", async (mqtt) => {
  const clientId = mqtt.clientId();
  const topic = mqtt.topic();
  const before = await mqtt.connect({ clientId, persistent: true });
  for (const id of [1, 2]) {
    before.send(publish(5, { topic, qos: 2, id }));
    await before.expect("PUBREC");
  }
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  // The old exchanges wait for their PUBREL; they are no PUBLISH of this connection.
  for (const id of [3, 4]) {
    after.send(publish(5, { topic, qos: 2, id }));
    expect(await after.next()).toMatchObject({ type: "PUBREC", id });
  }
  for (const id of [1, 2, 3, 4]) {
    after.send(ack("PUBREL", id));
    expect(await after.next()).toMatchObject({ type: "PUBCOMP", id, code: 0 });
  }
  for (const id of [5, 6, 7]) {
    after.send(publish(5, { topic, qos: 2, id }));
  }
  await closedWith(after, 0x93);
});

narrow.in311(
  "[3:MQTT-4.8.0-1] 3.1.1 has no Receive Maximum: nobody is sent away for what he could not know",
  async (mqtt) => {
    const client = await mqtt.connect();
    for (let id = 1; id <= 20; id += 1) {
      client.send(publish(4, { topic: mqtt.topic(), qos: 2, id }));
    }
    for (let id = 1; id <= 20; id += 1) {
      expect(await client.next()).toMatchObject({ type: "PUBREC", id });
    }
  },
);

in311("[3:MQTT-4.3.3-2] many QoS 2 exchanges at once are possible in 3.1.1", async (mqtt) => {
  const client = await mqtt.connect();
  const ids = Array.from({ length: 15 }, (_, index) => index + 1);
  client.send(...ids.map((id) => publish(4, { topic: mqtt.topic(), qos: 2, id })));
  for (const id of ids) {
    expect(await client.next()).toMatchObject({ type: "PUBREC", id });
  }
});
