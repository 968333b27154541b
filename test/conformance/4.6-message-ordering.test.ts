import { expect } from "vitest";
import { in5, inAll, inBoth } from "./support/conformance.ts";
import { ack, publish } from "./support/write.ts";

const COUNT = 300;
const numbers = Array.from({ length: COUNT }, (_, index) => `${index}`);

// 4.5

inAll("[MQTT-4.5.0-1] [3:MQTT-4.5.0-1] every client with a matching subscription gets the message", async (mqtt) => {
  const topic = mqtt.topic();
  const clients = [];
  for (const filter of [topic, `${topic}/#`, `${mqtt.topic("").slice(0, -1)}/+`, topic, topic]) {
    clients.push(await mqtt.subscriber(filter, 1));
  }
  const other = await mqtt.subscriber(`${topic}/x`, 1);
  await (await mqtt.connect()).publish({ topic, payload: "for all", qos: 1 });
  for (const client of clients) {
    expect((await client.take()).text).toBe("for all");
  }
  await other.quiet();
});

inBoth(
  "[MQTT-4.5.0-1] [3:MQTT-4.5.0-1] once PUBACK was sent, the message is in the sessions of those who are away",
  async (mqtt) => {
    const topic = mqtt.topic();
    const ids = [mqtt.clientId(), mqtt.clientId()];
    for (const clientId of ids) {
      const client = await mqtt.connect({ clientId, persistent: true });
      await client.subscribe({ filter: topic, qos: 1 });
      await client.disconnect();
    }
    await (await mqtt.connect()).publish({ topic, payload: "owned", qos: 1 });
    for (const clientId of ids) {
      expect((await (await mqtt.connect({ clientId, persistent: true })).take()).text).toBe("owned");
    }
  },
);

// 4.6

for (const qos of [0, 1, 2]) {
  inAll(
    `[MQTT-4.6.0-5] [MQTT-4.6.0-6] [3:MQTT-4.6.0-5] [3:MQTT-4.6.0-6] QoS ${"012"[qos]} messages of a client arrive in their order`,
    async (mqtt) => {
      const topic = mqtt.topic();
      const listener = await mqtt.subscriber(topic, qos);
      const publisher = await mqtt.connect();
      // In portions that keep to anybody's Receive Maximum.
      for (let first = 0; first < COUNT; first += 20) {
        const portion = numbers.slice(first, first + 20);
        publisher.send(
          ...portion.map((payload, index) => publish(mqtt.version, { topic, payload, qos, id: index + 1 })),
        );
        for (const _ of qos === 0 ? [] : portion) {
          const { id } = await publisher.find(qos === 1 ? "PUBACK" : "PUBREC");
          if (qos === 2) {
            publisher.send(ack("PUBREL", id));
            await publisher.find("PUBCOMP");
          }
        }
      }
      expect(await listener.texts(COUNT)).toEqual(numbers);
    },
  );
}

inBoth("[MQTT-4.6.0-5] [3:MQTT-4.6.0-6] order holds when the subscriber's quota makes messages wait", async (mqtt) => {
  const topic = mqtt.topic();
  const properties = { receiveMaximum: 3 };
  const listener = await mqtt.connect({ properties });
  await listener.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  for (const payload of numbers.slice(0, 60)) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  expect(await listener.texts(60)).toEqual(numbers.slice(0, 60));
});

inBoth("[MQTT-4.6.0-5] [3:MQTT-4.6.0-6] order holds from what waited in a session to what comes live", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1 });
  await before.disconnect();
  const publisher = await mqtt.connect();
  for (const payload of numbers.slice(0, 50)) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  const after = await mqtt.connect({ clientId, persistent: true });
  for (const payload of numbers.slice(50, 100)) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  expect(await after.texts(100)).toEqual(numbers.slice(0, 100));
});

in5("[MQTT-4.6.0-6] order holds for a non-shared subscription beside a shared one", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 1);
  const member = await mqtt.subscriber(`$share/g/${topic}`, 1);
  const publisher = await mqtt.connect();
  for (const payload of numbers.slice(0, 50)) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  expect(await listener.texts(50)).toEqual(numbers.slice(0, 50));
  expect(await member.texts(50)).toEqual(numbers.slice(0, 50));
});

inBoth("[MQTT-4.6.0-5] acknowledgements come in the order of what they acknowledge", async (mqtt) => {
  const publisher = await mqtt.connect();
  const ids = [5, 3, 9, 1, 7];
  publisher.send(...ids.map((id) => publish(mqtt.version, { topic: mqtt.topic(), qos: 1, id })));
  const acknowledged = [];
  for (const _ of ids) {
    acknowledged.push((await publisher.expect("PUBACK")).id);
  }
  expect(acknowledged).toEqual(ids);
});
