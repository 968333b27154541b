import { setTimeout as later } from "node:timers/promises";
import { expect } from "vitest";
import { closedWith, in5, in311, inBoth, withBroker } from "./support/conformance.ts";
import { ack, disconnect, publish } from "./support/write.ts";

// 3.1.2.4, 3.1.2.11.2 and 4.1: what a session is, and how long it lives

inBoth(
  "[MQTT-3.1.2-4] [3:MQTT-3.1.2-6] [MQTT-3.2.2-2] [3:MQTT-3.2.2-1] Clean Start discards subscriptions and waiting messages",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 });
    await before.disconnect();
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "waits in vain", qos: 1 });
    const after = await mqtt.connect({ clientId, clean: true });
    expect(after.connack.sessionPresent).toBe(false);
    await publisher.publish({ topic, payload: "no subscription", qos: 1 });
    await after.quiet();
  },
);

inBoth("[MQTT-3.1.2-4] [3:MQTT-3.1.2-6] Clean Start discards a QoS 2 exchange that was not finished", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic);
  const before = await mqtt.connect({ clientId, persistent: true });
  before.send(publish(mqtt.version, { topic, payload: "first", qos: 2, id: 7 }));
  await before.expect("PUBREC");
  await before.disconnect();
  const after = await mqtt.connect({ clientId, clean: true });
  await after.publish({ topic, payload: "another with the same id", qos: 2, id: 7 });
  // Delivered at PUBLISH or at PUBREL, both are legal: the first one may or may not have arrived.
  const [first] = await listener.texts(1);
  expect(first === "first" ? await listener.texts(1) : [first]).toEqual(["another with the same id"]);
});

inBoth(
  "[MQTT-3.1.2-5] [3:MQTT-3.1.2-4] [MQTT-3.2.2-3] [3:MQTT-3.2.2-2] a session is resumed with its subscriptions",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 });
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true });
    expect(after.connack.sessionPresent).toBe(true);
    await after.publish({ topic, payload: "still subscribed", qos: 1 });
    expect((await after.find("PUBLISH")).text).toBe("still subscribed");
  },
);

inBoth(
  "[3:MQTT-3.1.2-5] [MQTT-3.1.2-5] [MQTT-4.5.0-1] [3:MQTT-4.5.0-1] QoS 1 and 2 messages wait for a session, in order",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: `${topic}/#`, qos: 2 });
    await before.disconnect();
    const publisher = await mqtt.connect();
    for (const [index, qos] of [1, 2, 2, 1, 1, 2].entries()) {
      await publisher.publish({ topic: `${topic}/${index}`, payload: `${index}`, qos });
    }
    const after = await mqtt.connect({ clientId, persistent: true });
    const messages = [];
    for (let count = 0; count < 6; count += 1) {
      messages.push(await after.take());
    }
    expect(messages.map((message) => [message.text, message.qos, message.dup])).toEqual(
      [1, 2, 2, 1, 1, 2].map((qos, index) => [`${index}`, qos, false]),
    );
    await after.quiet();
  },
);

inBoth(
  "[MQTT-3.1.2-6] [3:MQTT-3.1.2-4] [MQTT-3.2.2-3] [3:MQTT-3.2.2-3] where there is no session, a new one is made",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId, persistent: true });
    expect(first.connack.sessionPresent).toBe(false);
    await first.disconnect();
    const second = await mqtt.connect({ clientId, persistent: true });
    expect(second.connack.sessionPresent, "an empty session is a session too").toBe(true);
  },
);

inBoth("[3:MQTT-3.1.2-6] a clean session ends with its connection", async (mqtt) => {
  const clientId = mqtt.clientId();
  const clean = await mqtt.connect({ clientId, clean: true });
  await clean.subscribe({ filter: mqtt.topic(), qos: 1 });
  await clean.disconnect();
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(false);
});

inBoth("[3:MQTT-3.1.2-7] retained messages outlive the session that published them", async (mqtt) => {
  const topic = mqtt.topic();
  const publisher = await mqtt.connect({ clean: true });
  await publisher.publish({ topic, payload: "stays", retain: true, qos: 1 });
  await publisher.disconnect();
  expect((await (await mqtt.subscriber(topic)).message()).text).toBe("stays");
});

inBoth(
  "[MQTT-3.1.2-23] [3:MQTT-3.1.2-4] [3:MQTT-4.1.0-1] exchanges in both directions are part of the session",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const publisher = await mqtt.connect();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe([
      { filter: `${topic}/1`, qos: 1 },
      { filter: `${topic}/2`, qos: 2 },
    ]);
    await publisher.publish({ topic: `${topic}/1`, payload: "one", qos: 1 });
    const one = await before.message();
    await publisher.publish({ topic: `${topic}/2`, payload: "two", qos: 2 });
    const two = await before.message();
    before.send(ack("PUBREC", two.id));
    await before.expect("PUBREL");
    before.send(publish(mqtt.version, { topic: `${topic}/other`, qos: 2, id: 9 }));
    await before.expect("PUBREC");
    await before.disconnect();

    const after = await mqtt.connect({ clientId, persistent: true });
    expect(await after.message(), "the PUBLISH that was not acknowledged").toMatchObject({ id: one.id, dup: true });
    expect(await after.expect("PUBREL"), "the PUBREL that was not acknowledged").toMatchObject({ id: two.id });
    after.send(ack("PUBREL", 9));
    expect(await after.expect("PUBCOMP"), "the id that was received and not released").toMatchObject({
      id: 9,
      code: 0,
    });
  },
);

in5(
  "[MQTT-3.1.2-23] [MQTT-4.1.0-2] Session Expiry Interval absent or 0: the session ends with its connection",
  async (mqtt) => {
    for (const properties of [{}, { sessionExpiryInterval: 0 }]) {
      const clientId = mqtt.clientId();
      const first = await mqtt.connect({ clientId, clean: false, properties });
      await first.disconnect();
      const second = await mqtt.connect({ clientId, clean: false, properties });
      expect(second.connack.sessionPresent).toBe(false);
    }
  },
);

in5(
  "[MQTT-3.1.2-23] Clean Start 1 says nothing about the end: with an expiry interval the session stays",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const properties = { sessionExpiryInterval: 60 };
    await (await mqtt.connect({ clientId, clean: true, properties })).disconnect();
    expect((await mqtt.connect({ clientId, clean: false, properties })).connack.sessionPresent).toBe(true);
  },
);

in5("[MQTT-4.1.0-2] a session ends when its expiry interval has passed since the connection ended", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, clean: false, properties: { sessionExpiryInterval: 1 } });
  await first.subscribe({ filter: topic, qos: 1 });
  await first.disconnect();
  await later(2_500);
  const second = await mqtt.connect({ clientId, clean: false, properties: { sessionExpiryInterval: 1 } });
  expect(second.connack.sessionPresent).toBe(false);
  await second.publish({ topic, qos: 1 });
  await second.quiet();
});

in5(
  "[MQTT-3.1.2-23] 0xFFFFFFFF: the session does not end by itself, or the broker tells for how long it stays",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const properties = { sessionExpiryInterval: 0xffff_ffff };
    const first = await mqtt.connect({ clientId, clean: false, properties });
    expect(first.connack.properties.sessionExpiryInterval ?? 0xffff_ffff).toBeGreaterThan(3600);
    await first.disconnect();
    expect((await mqtt.connect({ clientId, clean: false, properties })).connack.sessionPresent).toBe(true);
  },
);

const impatient = withBroker({ options: { maximumSessionExpiry: 1 } });

impatient.in5(
  "[MQTT-4.1.0-2] [MQTT-3.1.2-23] an expiry interval that the broker shortens is told in CONNACK, and holds",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const properties = { sessionExpiryInterval: 300 };
    const first = await mqtt.connect({ clientId, clean: false, properties });
    expect(first.connack.properties.sessionExpiryInterval).toBe(1);
    await first.disconnect();
    await later(2_000);
    expect((await mqtt.connect({ clientId, clean: false, properties })).connack.sessionPresent).toBe(false);
  },
);

in5("[MQTT-4.1.0-1] [3:MQTT-4.1.0-2] the expiry interval does not run while the connection is open", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ clean: false, properties: { sessionExpiryInterval: 1 } });
  await client.subscribe({ filter: topic, qos: 1 });
  await later(2_500);
  await client.publish({ topic, payload: "still there", qos: 1 });
  expect((await client.find("PUBLISH")).text).toBe("still there");
});

in311(
  "[3:MQTT-4.1.0-2] [3:MQTT-4.1.0-1] a session lasts as long as its connection, and longer if it is not clean",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId, persistent: true });
    await first.subscribe({ filter: topic, qos: 1 });
    await first.disconnect();
    await later(2_500);
    const second = await mqtt.connect({ clientId, persistent: true });
    expect(second.connack.sessionPresent).toBe(true);
    await second.publish({ topic, payload: "still there", qos: 1 });
    expect((await second.find("PUBLISH")).text).toBe("still there");
  },
);

in5("[5.0 session expiry] every CONNECT sets the interval anew", async (mqtt) => {
  const clientId = mqtt.clientId();
  await (await mqtt.connect({ clientId, persistent: true })).disconnect();
  const second = await mqtt.connect({ clientId, clean: false });
  expect(second.connack.sessionPresent).toBe(true);
  await second.disconnect();
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(false);
});

in5("[5.0 session expiry] the interval begins anew with each end of a connection", async (mqtt) => {
  const clientId = mqtt.clientId();
  const properties = { sessionExpiryInterval: 3 };
  await (await mqtt.connect({ clientId, clean: false, properties })).disconnect();
  await later(1_800);
  await (await mqtt.connect({ clientId, clean: false, properties })).disconnect();
  await later(1_800);
  expect((await mqtt.connect({ clientId, clean: false, properties })).connack.sessionPresent).toBe(true);
});

in5("[5.0 session expiry] DISCONNECT can end a session that was to stay", async (mqtt) => {
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, persistent: true });
  await first.disconnect(0, { sessionExpiryInterval: 0 });
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(false);
});

in5("[5.0 session expiry] DISCONNECT can let a session stay longer or shorter", async (mqtt) => {
  const longer = mqtt.clientId();
  const shorter = mqtt.clientId();
  await (await mqtt.connect({ clientId: longer, clean: false, properties: { sessionExpiryInterval: 1 } })).disconnect(
    0,
    {
      sessionExpiryInterval: 60,
    },
  );
  await (await mqtt.connect({ clientId: shorter, persistent: true })).disconnect(0, { sessionExpiryInterval: 1 });
  await later(2_500);
  expect((await mqtt.connect({ clientId: longer, persistent: true })).connack.sessionPresent).toBe(true);
  expect((await mqtt.connect({ clientId: shorter, persistent: true })).connack.sessionPresent).toBe(false);
});

in5("[5.0 session expiry] DISCONNECT without the property leaves the interval as it was", async (mqtt) => {
  const clientId = mqtt.clientId();
  await (await mqtt.connect({ clientId, persistent: true })).disconnect(0, {});
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(true);
});

in5("[U5-078] [U5-079] a session that was to end with its connection cannot be kept by DISCONNECT", async (mqtt) => {
  const clientId = mqtt.clientId();
  const client = await mqtt.connect({ clientId });
  client.send(disconnect(0, { sessionExpiryInterval: 60 }));
  await closedWith(client, 0x82);
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(false);
});

in5("[U5-078] after a session was resumed with interval 0 DISCONNECT cannot keep it either", async (mqtt) => {
  const clientId = mqtt.clientId();
  await (await mqtt.connect({ clientId, persistent: true })).disconnect();
  const client = await mqtt.connect({ clientId, clean: false });
  client.send(disconnect(0, { sessionExpiryInterval: 60 }));
  await closedWith(client, 0x82);
});
