import { expect } from "vitest";
import { in5, inAll, inBoth, withBroker } from "./support/conformance.ts";
import { ack, publish } from "./support/write.ts";

// 4.3.1

inAll("[MQTT-4.3.1-1] [3:MQTT-4.3.1-1] QoS 0 is sent with QoS 0 and DUP 0", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 0);
  const publisher = await mqtt.connect();
  for (const qos of [0, 1, 2]) {
    await publisher.publish({ topic, qos, dup: qos > 0 });
    expect((await listener.message()).bytes[0]).toBe(0x30);
  }
});

// 4.3.2: the broker as sender

inAll(
  "[MQTT-4.3.2-1] [MQTT-4.3.2-2] [3:MQTT-4.3.2-1] QoS 1 is sent with an unused identifier, QoS 1 and DUP 0",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 1);
    const publisher = await mqtt.connect();
    const ids = new Set<number>();
    for (let count = 0; count < 5; count += 1) {
      await publisher.publish({ topic, qos: 1 });
      const message = await listener.message();
      expect(message.bytes[0]).toBe(0x32);
      ids.add(message.id);
    }
    expect(ids.size).toBe(5);
  },
);

inBoth(
  "[MQTT-4.3.2-3] [3:MQTT-4.3.2-1] a QoS 1 message is unacknowledged until its PUBACK, and only its own",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 });
    const publisher = await mqtt.connect();
    for (const payload of ["1", "2", "3"]) {
      await publisher.publish({ topic, payload, qos: 1 });
    }
    const [, second] = [await before.message(), await before.message(), await before.message()];
    before.send(ack("PUBACK", second.id));
    await before.quiet();
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true });
    expect(await after.texts(2)).toEqual(["1", "3"]);
    await after.quiet();
  },
);

// 4.3.2: the broker as receiver

inAll("[MQTT-4.3.2-4] [3:MQTT-4.3.2-2] a QoS 1 message is answered with PUBACK of its identifier", async (mqtt) => {
  const client = await mqtt.connect();
  for (const id of [1, 2, 65_535, 2, 1]) {
    client.send(publish(mqtt.version, { topic: mqtt.topic(), qos: 1, id }));
    expect(await client.next()).toMatchObject({ type: "PUBACK", id });
  }
});

inAll(
  "[MQTT-4.3.2-5] [3:MQTT-4.3.2-2] after PUBACK the same identifier is a new message, with DUP or without",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 1);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 1, id: 7 });
    await publisher.publish({ topic, payload: "2", qos: 1, id: 7, dup: true });
    await publisher.publish({ topic, payload: "3", qos: 1, id: 7 });
    expect(await listener.texts(3)).toEqual(["1", "2", "3"]);
  },
);

// 4.3.3: the broker as sender

inAll(
  "[MQTT-4.3.3-1] [MQTT-4.3.3-2] [3:MQTT-4.3.3-1] QoS 2 is sent with an unused identifier, QoS 2 and DUP 0",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 2);
    const publisher = await mqtt.connect();
    const ids = new Set<number>();
    for (let count = 0; count < 5; count += 1) {
      await publisher.publish({ topic, qos: 2 });
      const message = await listener.message();
      expect(message.bytes[0]).toBe(0x34);
      ids.add(message.id);
    }
    expect(ids.size).toBe(5);
  },
);

inBoth("[MQTT-4.3.3-3] [3:MQTT-4.3.3-1] a QoS 2 message is unacknowledged until its PUBREC", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 2 });
  await (await mqtt.connect()).publish({ topic, payload: "p", qos: 2 });
  const { id } = await before.message();
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  expect(await after.take()).toMatchObject({ text: "p", id, qos: 2, dup: true });
});

inAll("[MQTT-4.3.3-4] [3:MQTT-4.3.3-1] PUBREC is answered with PUBREL of the same identifier", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, qos: 2 });
  await publisher.publish({ topic, qos: 2 });
  const [first, second] = [await listener.message(), await listener.message()];
  for (const { id } of [second, first]) {
    listener.send(ack("PUBREC", id));
    expect(await listener.next()).toMatchObject({ type: "PUBREL", id, code: 0 });
  }
});

inAll("[MQTT-4.3.3-4] [3:MQTT-4.3.3-1] a PUBREC that comes again is answered again", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  await (await mqtt.connect()).publish({ topic, qos: 2 });
  const { id } = await listener.message();
  for (let count = 0; count < 3; count += 1) {
    listener.send(ack("PUBREC", id));
    expect(await listener.next()).toMatchObject({ type: "PUBREL", id, code: 0 });
  }
  listener.send(ack("PUBCOMP", id));
  await listener.quiet();
});

inBoth("[MQTT-4.3.3-5] [3:MQTT-4.3.3-1] a PUBREL is unacknowledged until its PUBCOMP", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, persistent: true });
  await first.subscribe({ filter: topic, qos: 2 });
  await (await mqtt.connect()).publish({ topic, qos: 2 });
  const { id } = await first.message();
  first.send(ack("PUBREC", id));
  await first.expect("PUBREL");
  await first.disconnect();
  const second = await mqtt.connect({ clientId, persistent: true });
  expect(await second.next()).toMatchObject({ type: "PUBREL", id });
  await second.disconnect();
  const third = await mqtt.connect({ clientId, persistent: true });
  expect(await third.next()).toMatchObject({ type: "PUBREL", id });
  third.send(ack("PUBCOMP", id));
  await third.quiet();
  await third.disconnect();
  await (await mqtt.connect({ clientId, persistent: true })).quiet();
});

inBoth("[MQTT-4.3.3-6] [3:MQTT-4.3.3-1] after PUBREL the PUBLISH is never sent again", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 2 });
  await (await mqtt.connect()).publish({ topic, qos: 2 });
  const { id } = await before.message();
  before.send(ack("PUBREC", id));
  await before.expect("PUBREL");
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  await after.expect("PUBREL");
  after.send(ack("PUBCOMP", id));
  await after.quiet();
});

in5(
  "[MQTT-4.3.3-4] [MQTT-4.4.0-2] a PUBREC with an error ends the exchange: no PUBREL, the identifier is free",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
    await client.subscribe({ filter: topic, qos: 2 });
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "1", qos: 2 });
    await publisher.publish({ topic, payload: "2", qos: 2 });
    client.send(ack("PUBREC", (await client.message()).id, 0x80));
    expect((await client.take()).text).toBe("2");
  },
);

// 4.3.3: the broker as receiver

inAll("[MQTT-4.3.3-8] [3:MQTT-4.3.3-2] a QoS 2 message is answered with PUBREC of its identifier", async (mqtt) => {
  const client = await mqtt.connect();
  for (const id of [1, 2, 65_535]) {
    client.send(publish(mqtt.version, { topic: mqtt.topic(), qos: 2, id }));
    expect(await client.next()).toMatchObject({ type: "PUBREC", id });
  }
});

const refusing = withBroker({
  auth: {
    authenticate: async () => ({
      identity: "",
      permissions: {
        mayPublish: (_topic, _qos, retain) => !retain,
        maySubscribe: () => true,
        mayReceive: () => true,
      },
    }),
  },
});

refusing.in5("[MQTT-4.3.3-9] after a PUBREC with an error the identifier is free for a new message", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  const publisher = await mqtt.connect();
  publisher.send(publish(5, { topic, payload: "refused", qos: 2, id: 3, retain: true }));
  expect(await publisher.next()).toMatchObject({ type: "PUBREC", id: 3, code: 0x87 });
  publisher.send(publish(5, { topic, payload: "new", qos: 2, id: 3 }));
  expect(await publisher.next()).toMatchObject({ type: "PUBREC", id: 3, code: 0 });
  publisher.send(ack("PUBREL", 3));
  expect(await publisher.next()).toMatchObject({ type: "PUBCOMP", id: 3, code: 0 });
  expect(await listener.texts(1)).toEqual(["new"]);
  await listener.quiet();
});

inAll(
  "[MQTT-4.3.3-10] [3:MQTT-4.3.3-2] until PUBREL every PUBLISH with the identifier gets PUBREC, and is delivered once",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 0);
    const publisher = await mqtt.connect();
    for (const dup of [false, true, true]) {
      publisher.send(publish(mqtt.version, { topic, payload: "once", qos: 2, id: 5, dup }));
      expect(await publisher.next()).toMatchObject({ type: "PUBREC", id: 5 });
    }
    publisher.send(ack("PUBREL", 5));
    await publisher.expect("PUBCOMP");
    await publisher.publish({ topic, payload: "marker" });
    expect(await listener.texts(2)).toEqual(["once", "marker"]);
  },
);

inAll("[MQTT-4.3.3-10] [3:MQTT-4.3.3-2] that does not depend on DUP", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 0);
  const publisher = await mqtt.connect();
  for (let count = 0; count < 2; count += 1) {
    publisher.send(publish(mqtt.version, { topic, payload: "once", qos: 2, id: 5 }));
    expect(await publisher.next()).toMatchObject({ type: "PUBREC", id: 5 });
  }
  publisher.send(ack("PUBREL", 5));
  await publisher.expect("PUBCOMP");
  await publisher.publish({ topic, payload: "marker" });
  expect(await listener.texts(2)).toEqual(["once", "marker"]);
});

inBoth("[MQTT-4.3.3-10] [3:MQTT-4.3.3-2] that holds across reconnects, also several", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic, 0);
  for (const dup of [false, true, true]) {
    const publisher = await mqtt.connect({ clientId, persistent: true });
    publisher.send(publish(mqtt.version, { topic, payload: "once", qos: 2, id: 5, dup }));
    expect(await publisher.next()).toMatchObject({ type: "PUBREC", id: 5 });
    await publisher.disconnect();
  }
  const publisher = await mqtt.connect({ clientId, persistent: true });
  publisher.send(ack("PUBREL", 5));
  expect(await publisher.next()).toMatchObject({ type: "PUBCOMP", id: 5, code: 0 });
  await publisher.publish({ topic, payload: "marker" });
  expect(await listener.texts(2)).toEqual(["once", "marker"]);
});

inBoth(
  "[MQTT-4.3.3-10] [3:MQTT-4.3.3-2] a repeated message reaches no session that waits, and is not retained twice",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const away = await mqtt.connect({ clientId, persistent: true });
    await away.subscribe({ filter: topic, qos: 2 });
    await away.disconnect();
    const publisher = await mqtt.connect();
    publisher.send(publish(mqtt.version, { topic, payload: "once", qos: 2, id: 5 }));
    await publisher.expect("PUBREC");
    publisher.send(publish(mqtt.version, { topic, payload: "once", qos: 2, id: 5, dup: true }));
    await publisher.expect("PUBREC");
    publisher.send(ack("PUBREL", 5));
    await publisher.expect("PUBCOMP");
    const back = await mqtt.connect({ clientId, persistent: true });
    expect((await back.take()).text).toBe("once");
    await back.quiet();
  },
);

inAll(
  "[MQTT-4.3.3-11] [3:MQTT-4.3.3-2] PUBREL is answered with PUBCOMP of its identifier, also if it comes again",
  async (mqtt) => {
    const client = await mqtt.connect();
    client.send(publish(mqtt.version, { topic: mqtt.topic(), qos: 2, id: 9 }));
    await client.expect("PUBREC");
    client.send(ack("PUBREL", 9));
    expect(await client.next()).toMatchObject({ type: "PUBCOMP", id: 9, code: 0 });
    client.send(ack("PUBREL", 9));
    expect(await client.next()).toMatchObject({ type: "PUBCOMP", id: 9 });
  },
);

inAll("[MQTT-4.3.3-12] [3:MQTT-4.3.3-2] after PUBCOMP the identifier is a new message", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 0);
  const publisher = await mqtt.connect();
  for (const payload of ["1", "2", "3"]) {
    await publisher.publish({ topic, payload, qos: 2, id: 5, dup: payload === "2" });
  }
  expect(await listener.texts(3)).toEqual(["1", "2", "3"]);
});

inBoth(
  "[MQTT-4.3.3-10] many exchanges at once do not disturb each other, whatever the order of PUBREL",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 0);
    const publisher = await mqtt.connect();
    const ids = [11, 4097, 12, 65_535, 13];
    for (const id of ids) {
      publisher.send(publish(mqtt.version, { topic, payload: `${id}`, qos: 2, id }));
      await publisher.expect("PUBREC");
    }
    for (const id of [...ids].reverse()) {
      publisher.send(publish(mqtt.version, { topic, payload: `${id}`, qos: 2, id, dup: true }));
      expect((await publisher.expect("PUBREC")).id).toBe(id);
      publisher.send(ack("PUBREL", id));
      expect((await publisher.expect("PUBCOMP")).id).toBe(id);
    }
    await publisher.publish({ topic, payload: "marker" });
    const texts = await listener.texts(ids.length + 1);
    expect(texts.slice(0, -1).sort()).toEqual(ids.map(String).sort());
    expect(texts.at(-1)).toBe("marker");
  },
);
