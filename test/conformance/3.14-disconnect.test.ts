import { expect, test } from "vitest";
import { Broker } from "../../src/broker/index.ts";
import { closedWith, in5, in311, inAll, inBoth, isRemote, withBroker } from "./support/conformance.ts";
import { farewellOf, MqttClient } from "./support/mqtt-client.ts";
import { disconnect, publish } from "./support/write.ts";

in5("[MQTT-3.14.0-1] before CONNACK the broker sends no DISCONNECT, however wrong the beginning is", async (mqtt) => {
  for (const first of ["e0 00", "f0 00", "ff ff", '10 [ <"MQTT"> 05 03 003c [] <"a"> ]', "10 04 0004 4d51"]) {
    const client = await mqtt.open();
    client.send(first);
    expect(farewellOf(await client.end())).toBe(undefined);
  }
  const refused = await mqtt.attempt({ clientId: "", properties: { authenticationMethod: "no such method" } });
  expect(farewellOf(await refused.end())).toBe(undefined);
});

inBoth("[MQTT-3.14.1-1] [3:MQTT-3.14.1-1] DISCONNECT with flags ends the connection as an error", async (mqtt) => {
  for (const first of ["e1", "e2", "e4", "e8", "ef"]) {
    await mqtt.offends(`${first} 00`, 0x81);
  }
});

inBoth("[MQTT-3.14.1-1] [3:MQTT-3.14.1-1] such a DISCONNECT is no goodbye: the Will is published", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "will" } });
  client.send("e1 00");
  expect((await listener.message()).text).toBe("will");
});

in5("[MQTT-3.14.2-1] DISCONNECT of the broker has a code of its table", async (mqtt) => {
  // Reading fails for any other code.
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId });
  await mqtt.connect({ clientId });
  await first.end();
  await mqtt.offends(publish(5, { topic: "a/#" }), 0x90, 0x81, 0x82);
});

in5("[MQTT-3.14.2-1] a client's code that is not in its table ends the connection as an error", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  // 0x01 and 0x85 do not exist there; the others only servers may send.
  for (const code of [0x01, 0x85, 0x89, 0x8b, 0x8d, 0x8e, 0x9d]) {
    const client = await mqtt.connect({ will: { topic, payload: `${code}` } });
    client.send(disconnect(code));
    await client.end();
    expect((await listener.message()).text).toBe(`${code}`);
  }
});

in5("[MQTT-3.14.2-2] the broker's DISCONNECT has no Session Expiry Interval", async (mqtt) => {
  // Reading fails for one that has.
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, persistent: true });
  await mqtt.connect({ clientId, persistent: true });
  expect(farewellOf(await first.end())?.properties ?? {}).not.toHaveProperty("sessionExpiryInterval");
});

in5("[MQTT-3.14.2-3] [MQTT-3.14.2-4] the broker's DISCONNECT is not longer than the client accepts", async (mqtt) => {
  const client = await mqtt.connect({ properties: { maximumPacketSize: 24 } });
  client.send(publish(5, { topic: "a/#" }));
  const frames = await client.raw.end();
  expect(frames.filter(({ length }) => length > 24)).toEqual([]);
});

inBoth("[MQTT-3.14.4-1] [MQTT-3.14.4-2] behind its DISCONNECT the broker sends nothing, and closes", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, qos: 1 });
  const good = (id: number) => publish(mqtt.version, { topic, qos: 1, id });
  client.send(good(1), good(2), '36 [ <"a"> 0001 ]', good(3));
  const packets = await client.end();
  const farewell = packets.findIndex(({ type }) => type === "DISCONNECT");
  if (farewell !== -1) {
    expect(farewell).toBe(packets.length - 1);
  }
});

inAll("[MQTT-3.14.4-3] [3:MQTT-3.14.4-3] DISCONNECT closes the connection without the Will", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "must not arrive" } });
  client.send(disconnect());
  expect(await client.end()).toEqual([]);
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

inBoth("[3:MQTT-3.14.4-2] [MQTT-3.14.4-1] what a client sends behind its DISCONNECT is not looked at", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect();
  client.send(disconnect(), publish(mqtt.version, { topic, payload: "must not arrive", qos: 1, id: 1 }));
  expect(await client.end()).toEqual([]);
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

in5(
  "[U5-077] [U5-080] a property of DISCONNECT that comes twice, or does not belong there, ends the connection as an error",
  async (mqtt) => {
    await mqtt.offends("e0 [ 00 [ 11 00000000 11 00000000 ] ]", 0x82);
    await mqtt.offends('e0 [ 00 [ 1f <"a"> 1f <"b"> ] ]', 0x82);
    await mqtt.offends("e0 [ 00 [ 21 0001 ] ]", 0x81, 0x82);
  },
);

in5("[U5-081] a Server Reference comes once at most in the broker's DISCONNECT", async (mqtt) => {
  // Reading fails for one that comes twice.
  const client = await mqtt.connect();
  client.send('36 [ <"a"> 0001 ]');
  await closedWith(client, 0x81);
});

in5("[5.0 disconnect] all forms of DISCONNECT are understood", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  for (const form of [
    "e0 00",
    "e0 01 00",
    "e0 02 00 00",
    'e0 [ 00 [ 1f <"enough"> 26 <"k"> <"v"> 26 <"k"> <"v"> ] ]',
  ]) {
    const client = await mqtt.connect({ will: { topic, payload: form } });
    client.send(form);
    expect(await client.end()).toEqual([]);
  }
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

in311("[3:MQTT-3.14.1-1] DISCONNECT of 3.1.1 is two bytes long", async (mqtt) => {
  await mqtt.offends("e0 01 00");
});

withBroker({}).in5("[MQTT-3.14.2-1] mqtk says why it closes: the most specific code", async (mqtt) => {
  await mqtt.offends("c1 00", 0x81);
  await mqtt.offends("20 02 00 00", 0x82);
  await mqtt.offends(publish(5, { topic: "a/#" }), 0x90);
  await mqtt.offends('82 [ 0001 [] <"a/#/b"> 00 ]', 0x8f);
  await mqtt.offends("30 ff ff ff 7f", 0x95);
});

test.skipIf(isRemote)(
  "[MQTT-3.14.2-1] [MQTT-3.14.4-2] a broker that stops says 0x8B to clients of 5.0 and closes all",
  async () => {
    const broker = new Broker();
    const place = await broker.listen({ host: "127.0.0.1", port: 0 });
    const clients: MqttClient[] = [];
    for (const version of [3, 4, 5] as const) {
      const client = await MqttClient.open(place, version);
      await client.connect({ clientId: `client${version}` });
      clients.push(client);
    }
    const ends = Promise.all(clients.map((client) => client.end()));
    await broker.stop(1_000);
    expect(await ends).toMatchObject([[], [], [{ type: "DISCONNECT", code: 0x8b }]]);
  },
);
