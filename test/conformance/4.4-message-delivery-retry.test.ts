import { setTimeout as later } from "node:timers/promises";
import { expect } from "vitest";
import { in5, inAll, inBoth, type Mqtt } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import type { Publish } from "./support/read.ts";
import { ack } from "./support/write.ts";

interface Setting {
  readonly topic: string;
  readonly clientId: string;
  readonly client: MqttClient;
  readonly publisher: MqttClient;
}

/** A persistent client that subscribed with QoS 2, and somebody who publishes to it. */
async function setting(mqtt: Mqtt): Promise<Setting> {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const client = await mqtt.connect({ clientId, persistent: true });
  await client.subscribe({ filter: `${topic}/#`, qos: 2 });
  return { topic, clientId, client, publisher: await mqtt.connect() };
}

inBoth(
  "[MQTT-4.4.0-1] [3:MQTT-4.4.0-1] on reconnect everything unacknowledged comes again: in order, with its identifiers",
  async (mqtt) => {
    const { topic, clientId, client, publisher } = await setting(mqtt);
    const sent: Publish[] = [];
    for (const [index, qos] of [1, 2, 2, 1, 2, 1].entries()) {
      await publisher.publish({ topic, payload: `${index}`, qos });
      sent.push(await client.message());
    }
    // The second waits for PUBCOMP, the fourth is done.
    client.send(ack("PUBREC", sent[1]?.id ?? 0));
    await client.expect("PUBREL");
    client.send(ack("PUBACK", sent[3]?.id ?? 0));
    await client.quiet();
    await client.disconnect();

    const after = await mqtt.connect({ clientId, persistent: true });
    const again = [];
    for (let count = 0; count < 5; count += 1) {
      again.push(await after.next());
    }
    await after.quiet();
    const messages = again.filter((packet) => packet.type === "PUBLISH");
    expect(messages.map(({ text, id, qos, dup }) => [text, id, qos, dup])).toEqual(
      [0, 2, 4, 5].map((index) => [`${index}`, sent[index]?.id, sent[index]?.qos, true]),
    );
    const releases = again.filter((packet) => packet.type === "PUBREL");
    expect(releases).toMatchObject([{ id: sent[1]?.id }]);
  },
);

inBoth(
  "[MQTT-4.4.0-1] [3:MQTT-4.4.0-1] what was in flight comes before what waited, and before anything new",
  async (mqtt) => {
    const { topic, clientId, client, publisher } = await setting(mqtt);
    await publisher.publish({ topic, payload: "in flight 1", qos: 1 });
    await publisher.publish({ topic, payload: "in flight 2", qos: 2 });
    await client.message();
    await client.message();
    await client.disconnect();
    await publisher.publish({ topic, payload: "waited 1", qos: 1 });
    await publisher.publish({ topic, payload: "waited 2", qos: 2 });
    const after = await mqtt.connect({ clientId, persistent: true });
    await publisher.publish({ topic, payload: "new", qos: 1 });
    expect(await after.texts(5)).toEqual(["in flight 1", "in flight 2", "waited 1", "waited 2", "new"]);
  },
);

inBoth(
  "[MQTT-4.4.0-1] [3:MQTT-4.4.0-1] it comes again with every reconnect, until it is acknowledged",
  async (mqtt) => {
    const { topic, clientId, client, publisher } = await setting(mqtt);
    await publisher.publish({ topic, payload: "patient", qos: 1 });
    const { id } = await client.message();
    await client.disconnect();
    for (let count = 0; count < 3; count += 1) {
      const again = await mqtt.connect({ clientId, persistent: true });
      expect(await again.message()).toMatchObject({ text: "patient", id, dup: true });
      await again.disconnect();
    }
    const last = await mqtt.connect({ clientId, persistent: true });
    await last.take();
    await last.quiet();
    await last.disconnect();
    await (await mqtt.connect({ clientId, persistent: true })).quiet();
  },
);

inBoth("[MQTT-4.4.0-1] [3:MQTT-4.4.0-1] a takeover is a reconnect too", async (mqtt) => {
  const { topic, clientId, client, publisher } = await setting(mqtt);
  await publisher.publish({ topic, payload: "in flight", qos: 1 });
  const { id } = await client.message();
  const second = await mqtt.connect({ clientId, persistent: true });
  expect(await second.take()).toMatchObject({ text: "in flight", id, dup: true });
});

inBoth("[MQTT-4.4.0-1] a connection that just broke is no different", async (mqtt) => {
  const { topic, clientId, client, publisher } = await setting(mqtt);
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await publisher.publish({ topic, payload: "2", qos: 2 });
  const ids = [(await client.message()).id, (await client.message()).id];
  client.raw.destroy();
  const after = await mqtt.connect({ clientId, persistent: true });
  const again = [await after.message(), await after.message()];
  expect(again.map(({ text, id, dup }) => [text, id, dup])).toEqual([
    ["1", ids[0], true],
    ["2", ids[1], true],
  ]);
});

inAll("[MQTT-4.4.0-1] while the connection stands, nothing is sent again", async (mqtt) => {
  const { topic, client, publisher } = await setting(mqtt);
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await publisher.publish({ topic, payload: "2", qos: 2 });
  await client.message();
  const { id } = await client.message();
  client.send(ack("PUBREC", id));
  await client.expect("PUBREL");
  await later(2_500);
  await client.quiet();
  await publisher.publish({ topic, payload: "3", qos: 1 });
  expect((await client.take()).text).toBe("3");
  await client.quiet();
});

in5(
  "[MQTT-4.4.0-2] PUBACK and PUBREC with an error are acknowledgements: the message does not come again",
  async (mqtt) => {
    const { topic, clientId, client, publisher } = await setting(mqtt);
    await publisher.publish({ topic, payload: "1", qos: 1 });
    await publisher.publish({ topic, payload: "2", qos: 2 });
    client.send(ack("PUBACK", (await client.message()).id, 0x83));
    client.send(ack("PUBREC", (await client.message()).id, 0x99));
    await client.quiet();
    await client.disconnect();
    await (await mqtt.connect({ clientId, persistent: true })).quiet();
  },
);

in5("[MQTT-4.4.0-1] [MQTT-4.9.0-1] what comes again keeps to the new connection's Receive Maximum", async (mqtt) => {
  const { topic, clientId, client, publisher } = await setting(mqtt);
  for (const payload of ["1", "2", "3", "4"]) {
    await publisher.publish({ topic, payload, qos: payload === "2" ? 2 : 1 });
    await client.message();
  }
  await client.disconnect();
  await publisher.publish({ topic, payload: "5", qos: 1 });
  const after = await mqtt.connect({ clientId, persistent: true, properties: { receiveMaximum: 1 } });
  const received = [];
  for (let count = 0; count < 5; count += 1) {
    const message = await after.message();
    await after.quiet();
    received.push([message.text, message.dup]);
    await after.acknowledge(message);
  }
  expect(received).toEqual([
    ["1", true],
    ["2", true],
    ["3", true],
    ["4", true],
    ["5", false],
  ]);
});

in5(
  "[MQTT-3.3.4-9] [MQTT-4.9.0-2] an acknowledgement for what was not sent again yet makes no room for another message",
  async (mqtt) => {
    const { topic, clientId, client, publisher } = await setting(mqtt);
    const ids: number[] = [];
    for (const payload of ["1", "2", "3"]) {
      await publisher.publish({ topic, payload, qos: 1 });
      ids.push((await client.message()).id);
    }
    await client.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true, properties: { receiveMaximum: 1 } });
    const first = await after.message();
    after.send(ack("PUBACK", ids[2] ?? 0));
    await after.quiet();
    await after.acknowledge(first);
    expect((await after.take()).text).toBe("2");
  },
);

inBoth("[MQTT-4.4.0-1] [MQTT-3.1.2-4] with Clean Start nothing comes again", async (mqtt) => {
  const { topic, clientId, client, publisher } = await setting(mqtt);
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await client.message();
  await client.disconnect();
  await (await mqtt.connect({ clientId, clean: true })).quiet();
  await (await mqtt.connect({ clientId, persistent: true })).quiet();
});

inBoth("[MQTT-4.4.0-1] QoS 0 messages are not sent again", async (mqtt) => {
  const { topic, clientId, client, publisher } = await setting(mqtt);
  await publisher.publish({ topic, payload: "QoS 0", qos: 0 });
  await client.message();
  await client.disconnect();
  await (await mqtt.connect({ clientId, persistent: true })).quiet();
});

inBoth(
  "[MQTT-4.4.0-1] [MQTT-3.3.1-3] properties, RETAIN and QoS of what comes again are those of the first time",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const properties = { contentType: "text/plain", userProperties: [["k", "v"]] as [string, string][] };
    await (await mqtt.connect()).publish({ topic, payload: "retained", qos: 1, retain: true, properties });
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 2 }, { subscriptionIdentifiers: [4] });
    const first = await before.message();
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true });
    const second = await after.message();
    expect(second).toMatchObject({ id: first.id, qos: 1, retain: true, dup: true, text: "retained" });
    expect(second.properties).toEqual(first.properties);
  },
);
