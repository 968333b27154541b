import { expect } from "vitest";
import { in5, in311, inAll, inBoth, withBroker } from "./support/conformance.ts";
import { ack, publish, subscribe } from "./support/write.ts";

const NONE = { 3: "", 4: "", 5: "[]" } as const;

inBoth("[MQTT-3.8.1-1] [3:MQTT-3.8.1-1] SUBSCRIBE with other flags than 0010 ends the connection", async (mqtt) => {
  for (const first of ["80", "81", "83", "8a", "8f"]) {
    await mqtt.offends(`${first} [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> 00 ]`, 0x81);
  }
});

inBoth("[MQTT-3.8.3-1] [3:MQTT-3.8.3-1] a filter that is longer than its packet ends the connection", async (mqtt) => {
  await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} 0005 6161 ]`, 0x81);
  await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} 00 ]`, 0x81);
  await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> ]`, 0x81);
});

inBoth("[MQTT-3.8.3-2] [3:MQTT-3.8.3-3] [U5-071] SUBSCRIBE without a filter ends the connection", async (mqtt) => {
  await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} ]`, 0x82, 0x81);
});

in5("[MQTT-3.8.3-3] No Local: one's own messages do not come back, those of others do", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, qos: 2, noLocal: true });
  for (const qos of [0, 1, 2]) {
    await client.publish({ topic, payload: "own", qos });
  }
  await client.quiet();
  await (await mqtt.connect()).publish({ topic, payload: "of another", qos: 1 });
  expect((await client.take()).text).toBe("of another");
});

in5("[MQTT-3.8.3-3] No Local goes by Client Identifier, not by connection", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1, noLocal: true });
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  await after.publish({ topic, payload: "own", qos: 1 });
  await after.quiet();
});

in5("[MQTT-3.8.3-3] No Local holds for the Will too, and for what would wait in the session", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const witness = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ clientId, persistent: true, will: { topic, payload: "will", qos: 1 } });
  await client.subscribe({ filter: topic, qos: 1, noLocal: true });
  await client.disconnect(0x04);
  expect((await witness.message()).text).toBe("will");
  const after = await mqtt.connect({ clientId, persistent: true });
  await after.quiet();
});

in5("[MQTT-3.8.3-3] without No Local one's own messages come back", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, noLocal: true });
  await client.subscribe({ filter: topic, noLocal: false });
  await client.publish({ topic, payload: "own" });
  expect((await client.message()).text).toBe("own");
});

in5("[MQTT-3.8.3-4] No Local on a Shared Subscription ends the connection with 0x82", async (mqtt) => {
  await mqtt.offends(subscribe(5, 1, [{ filter: `$share/g/${mqtt.topic()}`, noLocal: true }]), 0x82);
});

in5("[MQTT-3.8.3-4] a SUBSCRIBE that breaks the protocol subscribes to nothing", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const client = await mqtt.connect({ clientId, persistent: true });
  client.send(
    subscribe(5, 1, [
      { filter: topic, qos: 1 },
      { filter: `$share/g/${topic}`, noLocal: true },
    ]),
  );
  await client.end();
  await (await mqtt.connect()).publish({ topic, qos: 1 });
  await (await mqtt.connect({ clientId, persistent: true })).quiet();
});

inBoth("[MQTT-3.8.3-5] [3:MQTT-3.8.3-4] reserved bits of the Subscription Options end the connection", async (mqtt) => {
  const bits = mqtt.version === 5 ? ["40", "80", "c0"] : ["04", "08", "10", "20", "40", "80"];
  for (const options of bits) {
    await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> ${options} ]`, 0x81);
  }
});

inBoth("[U5-072] [3:MQTT-3.8.3-4] requested QoS 3 ends the connection", async (mqtt) => {
  await mqtt.offends(`82 [ 0001 ${NONE[mqtt.version]} <"${mqtt.topic()}"> 03 ]`, 0x82, 0x81);
});

in5("[U5-073] Retain Handling 3 ends the connection", async (mqtt) => {
  await mqtt.offends(`82 [ 0001 [] <"${mqtt.topic()}"> 30 ]`, 0x82, 0x81);
});

// 3.8.4

inAll(
  "[MQTT-3.8.4-1] [MQTT-3.8.4-2] [3:MQTT-3.8.4-1] [3:MQTT-3.8.4-2] SUBSCRIBE is answered with SUBACK of the same identifier",
  async (mqtt) => {
    const client = await mqtt.connect();
    client.send(subscribe(mqtt.version, 300, [{ filter: mqtt.topic(), qos: 1 }]));
    expect(await client.next()).toMatchObject({ type: "SUBACK", id: 300, codes: [1] });
  },
);

inAll(
  "[MQTT-3.8.4-3] [3:MQTT-3.8.4-3] the same filter again replaces the subscription: one copy, with the new QoS",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect();
    const publisher = await mqtt.connect();
    for (const qos of [0, 2, 1, 0]) {
      await client.subscribe({ filter: topic, qos });
      await publisher.publish({ topic, payload: "x", qos: 2 });
      expect((await client.take()).qos).toBe(qos);
      await client.quiet();
    }
  },
);

in5("[MQTT-3.8.4-3] all options are replaced", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, noLocal: true, retainAsPublished: true });
  await client.subscribe({ filter: topic });
  await client.publish({ topic, payload: "own", retain: true });
  expect(await client.message()).toMatchObject({ text: "own", retain: false });
});

inBoth("[MQTT-3.8.4-4] [3:MQTT-3.8.4-3] no message is lost while a subscription is replaced", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  for (let count = 1; count <= 50; count += 1) {
    publisher.send(publish(mqtt.version, { topic, payload: `${count}`, qos: 1, id: count }));
    client.send(subscribe(mqtt.version, count + 100, [{ filter: topic, qos: 1 }]));
  }
  const received = [];
  while (received.length < 50) {
    const message = await client.find("PUBLISH");
    client.send(ack("PUBACK", message.id));
    received.push(message.text);
  }
  expect(received).toEqual(Array.from({ length: 50 }, (_, index) => `${index + 1}`));
});

in5("[MQTT-3.8.4-4] what waits for quota survives the replacement of its subscription", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  for (const payload of ["1", "2", "3"]) {
    await publisher.publish({ topic, payload, qos: 1 });
  }
  const first = await client.message();
  await client.subscribe({ filter: topic, qos: 1 });
  client.send(ack("PUBACK", first.id));
  expect(await client.texts(2)).toEqual(["2", "3"]);
});

inAll(
  "[MQTT-3.8.4-5] [3:MQTT-3.8.4-4] several filters are handled like several SUBSCRIBEs in their order, answered at once",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect();
    const { codes } = await client.subscribe([
      { filter: `${topic}/a`, qos: 2 },
      { filter: `${topic}/b`, qos: 1 },
      { filter: `${topic}/a`, qos: 0 },
    ]);
    expect(codes).toEqual([2, 1, 0]);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic: `${topic}/a`, payload: "a", qos: 2 });
    expect(await client.take(), "the last one counts").toMatchObject({ text: "a", qos: 0 });
    await client.quiet();
  },
);

inAll(
  "[MQTT-3.8.4-6] [3:MQTT-3.8.4-5] [MQTT-3.9.3-1] [3:MQTT-3.9.3-1] a code for each filter, in the order of the filters",
  async (mqtt) => {
    const client = await mqtt.connect();
    const qos = Array.from({ length: 60 }, (_, index) => (index * 7) % 3);
    const filters = qos.map((wanted, index) => ({ filter: mqtt.topic(`${index}`), qos: wanted }));
    expect((await client.subscribe(filters)).codes).toEqual(qos);
  },
);

const choosy = withBroker({
  auth: {
    authenticate: async () => ({
      identity: "",
      permissions: {
        mayPublish: () => true,
        maySubscribe: (filter) => !filter.startsWith("secret"),
        mayReceive: () => true,
      },
    }),
  },
});

choosy.inBoth(
  "[MQTT-3.8.4-7] [MQTT-3.9.3-2] [3:MQTT-3.8.4-5] [3:MQTT-3.9.3-2] a filter that is refused has a failure code among the others",
  async (mqtt) => {
    const client = await mqtt.connect();
    const { codes } = await client.subscribe([
      { filter: mqtt.topic("a"), qos: 1 },
      { filter: "secret/#", qos: 1 },
      { filter: mqtt.topic("b"), qos: 2 },
    ]);
    expect(codes).toEqual([1, mqtt.version === 5 ? 0x87 : 0x80, 2]);
  },
);

choosy.in31(
  "[3.1 subscribe] MQTT 3.1 knows no failure: what is refused looks granted and brings nothing",
  async (mqtt) => {
    const client = await mqtt.connect();
    expect((await client.subscribe({ filter: "secret/#", qos: 1 })).codes).toEqual([1]);
    await (await mqtt.connect()).publish({ topic: "secret/plan" });
    await client.quiet();
  },
);

const few = withBroker({ options: { maximumSubscriptions: 2, maximumTopicLevels: 5 } });

few.inBoth(
  "[MQTT-3.8.4-7] [MQTT-3.9.3-2] [3:MQTT-3.9.3-2] limits of the broker: 0x97 for too many, 0x8F for too deep, 0x80 in 3.1.1",
  async (mqtt) => {
    const client = await mqtt.connect();
    const { codes } = await client.subscribe([
      { filter: mqtt.topic("1") },
      { filter: "a/b/c/d/e/f" },
      { filter: mqtt.topic("2") },
      { filter: mqtt.topic("3") },
      { filter: mqtt.topic("1"), qos: 2 },
    ]);
    expect(codes).toEqual(mqtt.version === 5 ? [0, 0x8f, 0, 0x97, 2] : [0, 0x80, 0, 0x80, 2]);
  },
);

inAll("[MQTT-3.8.4-8] [3:MQTT-3.8.4-6] messages come with the lower of their own and the granted QoS", async (mqtt) => {
  const topic = mqtt.topic();
  const publisher = await mqtt.connect();
  for (const granted of [0, 1, 2]) {
    const client = await mqtt.subscriber(topic, granted);
    for (const sent of [0, 1, 2]) {
      await publisher.publish({ topic, payload: `${sent}`, qos: sent });
      expect(await client.take()).toMatchObject({ text: `${sent}`, qos: Math.min(sent, granted) });
    }
    await client.disconnect();
  }
});

inAll("[3:MQTT-3.8.3-2] filters with wildcards are supported", async (mqtt) => {
  const client = await mqtt.connect();
  const { codes } = await client.subscribe([{ filter: `${mqtt.topic()}/#` }, { filter: `${mqtt.topic()}/+/x` }]);
  expect(codes).toEqual([0, 0]);
});

in311("[3:MQTT-3.8.3-1] [3:MQTT-4.7.3-1] an empty filter ends the connection", async (mqtt) => {
  await mqtt.offends(subscribe(4, 1, [{ filter: "" }]));
});

in5("[MQTT-3.8.3-1] [MQTT-4.7.3-1] an empty filter ends the connection", async (mqtt) => {
  await mqtt.offends(subscribe(5, 1, [{ filter: "" }]), 0x81, 0x82, 0x8f);
});
