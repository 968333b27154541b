import { expect } from "vitest";
import { in31, refusedWith, withBroker } from "./support/conformance.ts";
import { ack, publish } from "./support/write.ts";

// MQTT 3.1 has no numbered statements; where it differs from 3.1.1. What it has in common is tested with the chapters.

in31("[3.1 connect] MQIsdp at level 3 is answered with a CONNACK of four bytes", async (mqtt) => {
  const client = await mqtt.open();
  client.send(`10 [ <"MQIsdp"> 03 02 003c <"${mqtt.clientId()}"> ]`);
  expect((await client.next()).bytes.toString("hex")).toBe("20020000");
});

in31("[3.1 client id] identifiers of up to 23 characters are allowed", async (mqtt) => {
  await mqtt.connect({ clientId: mqtt.clientId().padEnd(23, "x") });
});

withBroker({}).in31("[3.1 client id] mqtk allows longer ones, as most brokers do", async (mqtt) => {
  await mqtt.connect({ clientId: mqtt.clientId().padEnd(200, "x") });
});

in31("[3.1 client id] an empty identifier is refused with return code 2", async (mqtt) => {
  for (const clean of [true, false]) {
    expect(await refusedWith(await mqtt.attempt({ clientId: "", clean }), 2)).toBeDefined();
  }
});

in31("[3.1 connect] User Name and Password may be left out although their flags are set", async (mqtt) => {
  for (const flags of ["82", "c2"]) {
    const client = await mqtt.open();
    client.send(`10 [ <"MQIsdp"> 03 ${flags} 003c <"${mqtt.clientId()}"> ]`);
    expect((await client.next()).bytes.toString("hex")).toBe("20020000");
  }
});

withBroker({}).in31("[3.1 bridge] a bridge marks its level, and is let in", async (mqtt) => {
  const client = await mqtt.open();
  client.send(`10 [ <"MQIsdp"> 83 02 003c <"${mqtt.clientId()}"> ]`);
  expect((await client.next()).bytes.toString("hex")).toBe("20020000");
  await client.quiet();
});

withBroker({}).in311("[3.1.1 bridge] a bridge marks its level, and is let in", async (mqtt) => {
  const client = await mqtt.open();
  client.send(`10 [ <"MQTT"> 84 02 003c <"${mqtt.clientId()}"> ]`);
  expect((await client.next()).bytes.toString("hex")).toBe("20020000");
  await client.quiet();
});

in31("[3.1 session] without Clean Session subscriptions and messages wait", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 2 });
  await before.disconnect();
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "1", qos: 1 });
  await publisher.publish({ topic, payload: "2", qos: 2 });
  const after = await mqtt.connect({ clientId, persistent: true });
  expect(await after.texts(2)).toEqual(["1", "2"]);
});

in31("[3.1 session] QoS 2 is delivered once, also across a reconnect", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic, 0);
  for (const dup of [false, true]) {
    const publisher = await mqtt.connect({ clientId, persistent: true });
    publisher.send(publish(3, { topic, payload: "once", qos: 2, id: 8, dup }));
    await publisher.expect("PUBREC");
    await publisher.disconnect();
  }
  const publisher = await mqtt.connect({ clientId, persistent: true });
  publisher.send(ack("PUBREL", 8));
  await publisher.expect("PUBCOMP");
  await publisher.publish({ topic, payload: "marker" });
  expect(await listener.texts(2)).toEqual(["once", "marker"]);
});
