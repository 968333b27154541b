import { expect } from "vitest";
import { in5, in311, inAll, inBoth } from "./support/conformance.ts";
import { ack, publish, unsubscribe } from "./support/write.ts";

const NONE = { 3: "", 4: "", 5: "[]" } as const;

inBoth("[MQTT-3.10.1-1] [3:MQTT-3.10.1-1] UNSUBSCRIBE with other flags than 0010 ends the connection", async (mqtt) => {
  for (const first of ["a0", "a1", "a3", "aa", "af"]) {
    await mqtt.offends(`${first} [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> ]`, 0x81);
  }
});

inBoth(
  "[MQTT-3.10.3-1] [3:MQTT-3.10.3-1] a filter in UNSUBSCRIBE that is cut off ends the connection",
  async (mqtt) => {
    await mqtt.offends(`a2 [ 0001 ${NONE[mqtt.version]} 0005 6161 ]`, 0x81);
    await mqtt.offends(`a2 [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> 00 ]`, 0x81);
  },
);

inBoth("[MQTT-3.10.3-2] [3:MQTT-3.10.3-2] [U5-075] UNSUBSCRIBE without a filter ends the connection", async (mqtt) => {
  await mqtt.offends(`a2 [ 0001 ${NONE[mqtt.version]} ]`, 0x82, 0x81);
});

inAll(
  "[MQTT-3.10.4-1] [3:MQTT-3.10.4-1] [MQTT-3.10.4-2] [3:MQTT-3.10.4-2] a filter that is equal is removed: nothing new comes",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.subscriber(topic, 1);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "before", qos: 1 });
    expect((await client.take()).text).toBe("before");
    await client.unsubscribe(topic);
    await publisher.publish({ topic, payload: "after", qos: 1 });
    await client.quiet();
  },
);

inAll(
  "[MQTT-3.10.4-1] [3:MQTT-3.10.4-1] filters are compared character by character, not by what they match",
  async (mqtt) => {
    const topic = mqtt.topic("a/b");
    const client = await mqtt.connect();
    await client.subscribe([{ filter: `${mqtt.topic()}/+/b` }, { filter: topic }]);
    await client.unsubscribe(`${mqtt.topic()}/#`, `${mqtt.topic()}/+/+`, `${topic}/`, topic.toUpperCase(), `/${topic}`);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "one subscription is enough" });
    expect((await client.message()).text).toBe("one subscription is enough");
  },
);

inBoth("[MQTT-3.10.4-1] [3:MQTT-3.10.4-1] removing one of overlapping subscriptions leaves the other", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe([
    { filter: `${topic}/#`, qos: 0 },
    { filter: `${topic}/a`, qos: 2 },
  ]);
  await client.unsubscribe(`${topic}/a`);
  await (await mqtt.connect()).publish({ topic: `${topic}/a`, qos: 2 });
  expect((await client.message()).qos).toBe(0);
  await client.quiet();
});

in5("[MQTT-3.10.4-1] a Shared Subscription and a plain one with the same filter are two", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe([{ filter: topic }, { filter: `$share/g/${topic}` }]);
  expect((await client.unsubscribe(`$share/other/${topic}`)).codes).toEqual([0x11]);
  expect((await client.unsubscribe(topic)).codes).toEqual([0]);
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "shared" });
  expect((await client.message()).text).toBe("shared");
  expect((await client.unsubscribe(`$share/g/${topic}`)).codes).toEqual([0]);
  await publisher.publish({ topic, payload: "gone" });
  await client.quiet();
});

inAll(
  "[MQTT-3.10.4-3] [3:MQTT-3.10.4-3] the delivery of QoS 1 and 2 messages that has begun is completed",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.subscriber(topic, 2);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 1 });
    await publisher.publish({ topic, payload: "2", qos: 2 });
    const [one, two] = [await client.message(), await client.message()];
    await client.unsubscribe(topic);
    client.send(ack("PUBACK", one.id), ack("PUBREC", two.id));
    expect(await client.expect("PUBREL")).toMatchObject({ id: two.id, code: 0 });
    client.send(ack("PUBCOMP", two.id));
    await client.quiet();
  },
);

inBoth("[MQTT-3.10.4-3] [3:MQTT-3.10.4-3] it is completed after a reconnect as well", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 2 });
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await publisher.publish({ topic, payload: "2", qos: 2 });
  await before.message();
  await before.message();
  await before.unsubscribe(topic);
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  expect((await after.texts(2)).sort()).toEqual(["1", "2"]);
});

inAll(
  "[MQTT-3.10.4-4] [MQTT-3.10.4-5] [3:MQTT-3.10.4-4] [3:MQTT-3.10.4-5] UNSUBSCRIBE is answered, also if there was nothing to remove",
  async (mqtt) => {
    const client = await mqtt.connect();
    client.send(unsubscribe(mqtt.version, 500, [mqtt.topic("never")]));
    expect(await client.next()).toMatchObject({ type: "UNSUBACK", id: 500, codes: mqtt.version === 5 ? [0x11] : [] });
  },
);

inAll("[MQTT-3.10.4-6] [3:MQTT-3.10.4-6] several filters are removed with one UNSUBACK", async (mqtt) => {
  const names = ["a", "b", "c"].map((name) => mqtt.topic(name));
  const client = await mqtt.connect();
  await client.subscribe(names.map((filter) => ({ filter })));
  client.send(unsubscribe(mqtt.version, 9, [mqtt.topic("a"), mqtt.topic("c")]));
  expect((await client.next()).type).toBe("UNSUBACK");
  const publisher = await mqtt.connect();
  for (const topic of names) {
    publisher.send(publish(mqtt.version, { topic, payload: topic }));
  }
  expect((await client.message()).text).toBe(mqtt.topic("b"));
  await client.quiet();
});

in5(
  "[MQTT-3.11.3-1] [MQTT-3.11.3-2] [MQTT-3.10.4-6] UNSUBACK has a code for each filter, in their order, from its table",
  async (mqtt) => {
    const client = await mqtt.connect();
    await client.subscribe([{ filter: mqtt.topic("a") }, { filter: mqtt.topic("b") }]);
    const { codes } = await client.unsubscribe(mqtt.topic("x"), mqtt.topic("b"), mqtt.topic("b"), mqtt.topic("a"));
    expect(codes).toEqual([0x11, 0, 0x11, 0]);
  },
);

in311("[3:MQTT-3.10.4-4] UNSUBACK of 3.1.1 is its Packet Identifier and nothing else", async (mqtt) => {
  const client = await mqtt.connect();
  await client.subscribe(mqtt.topic());
  client.send(unsubscribe(4, 0x1234, [mqtt.topic(), mqtt.topic("x")]));
  expect((await client.next()).bytes.toString("hex")).toBe("b0021234");
});

inBoth(
  "[MQTT-4.7.1-1] [3:MQTT-4.7.1-2] filters that break the rules end the connection in UNSUBSCRIBE too",
  async (mqtt) => {
    for (const filter of ["a/#/b", "a#", "+a", ""]) {
      await mqtt.offends(unsubscribe(mqtt.version, 1, [filter]), 0x81, 0x82, 0x8f);
    }
  },
);
