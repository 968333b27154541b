import { expect } from "vitest";
import { in5, in31, in311, inAll, inBoth } from "./support/conformance.ts";
import { ack, publish, subscribe, unsubscribe } from "./support/write.ts";

inBoth(
  "[MQTT-2.1.3-1] [3:MQTT-2.2.2-1] [3:MQTT-2.2.2-2] [U5-006] reserved flags in a fixed header end the connection",
  async (mqtt) => {
    const none = mqtt.version === 5 ? "[]" : "";
    const frames = {
      "PUBACK with flags 1": "41 02 0001",
      "PUBREC with flags 2": "52 02 0001",
      "PUBREL with flags 0": "60 02 0001",
      "PUBCOMP with flags 4": "74 02 0001",
      "SUBSCRIBE with flags 0": `80 [ 0001 ${none} <"a"> 00 ]`,
      "UNSUBSCRIBE with flags 8": `a8 [ 0001 ${none} <"a"> ]`,
      "PINGREQ with flags 1": "c1 00",
      "DISCONNECT with flags 8": "e8 00",
    };
    await Promise.all(Object.values(frames).map((frame) => mqtt.offends(frame, 0x81)));
  },
);

in31("[3.1 flags] DUP on SUBSCRIBE, UNSUBSCRIBE and PUBREL was legal", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(`8a [ 0001 <"${mqtt.topic()}"> 00 ]`);
  expect((await client.expect("SUBACK")).id).toBe(1);
  client.send("6a 02 0007");
  expect((await client.expect("PUBCOMP")).id).toBe(7);
  client.send(`aa [ 0002 <"${mqtt.topic()}"> ]`);
  expect((await client.expect("UNSUBACK")).id).toBe(2);
});

inAll("[MQTT-2.2.1-2] [3:MQTT-2.3.1-5] a QoS 0 PUBLISH of the broker has no Packet Identifier", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 0);
  await (await mqtt.connect()).publish({ topic, payload: "payload", qos: 1 });
  const { bytes } = await listener.message();
  const end = 4 + topic.length;
  expect(bytes.subarray(end).toString("hex")).toBe(
    `${mqtt.version === 5 ? "00" : ""}${Buffer.from("payload").toString("hex")}`,
  );
});

inBoth("[MQTT-2.2.1-3] [3:MQTT-2.3.1-1] Packet Identifier 0 ends the connection", async (mqtt) => {
  const none = mqtt.version === 5 ? "[]" : "";
  await mqtt.offends(`32 [ <"${mqtt.topic()}"> 0000 ${none} ]`, 0x81, 0x82);
  await mqtt.offends(`34 [ <"${mqtt.topic()}"> 0000 ${none} ]`, 0x81, 0x82);
  await mqtt.offends(`82 [ 0000 ${none} <"a"> 00 ]`, 0x81, 0x82);
  await mqtt.offends(`a2 [ 0000 ${none} <"a"> ]`, 0x81, 0x82);
});

inAll(
  "[MQTT-2.2.1-4] [3:MQTT-2.3.1-4] messages in flight have different Packet Identifiers, none of them 0",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic, 2);
    const publisher = await mqtt.connect();
    for (let index = 0; index < 10; index += 1) {
      await publisher.publish({ topic, payload: `${index}`, qos: 1 + (index % 2) });
    }
    const ids = new Set<number>();
    for (let index = 0; index < 10; index += 1) {
      ids.add((await listener.message()).id);
    }
    expect(ids.size).toBe(10);
    expect(ids.has(0)).toBe(false);
  },
);

inAll("[MQTT-2.2.1-4] [3:MQTT-2.3.1-4] an identifier is not used again before its exchange is over", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, qos: 1 });
  await publisher.publish({ topic, qos: 2 });
  const [first, second] = [await listener.message(), await listener.message()];
  listener.send(ack("PUBREC", second.id));
  await listener.expect("PUBREL");
  // The first waits for its PUBACK, the second for its PUBCOMP.
  for (let count = 0; count < 50; count += 1) {
    await publisher.publish({ topic, qos: 1 + (count % 2) });
    expect([first.id, second.id]).not.toContain((await listener.take()).id);
  }
});

inAll("[MQTT-2.2.1-5] [3:MQTT-2.3.1-6] acknowledgements have the Packet Identifier of the message", async (mqtt) => {
  const client = await mqtt.connect();
  for (const id of [1, 255, 256, 65_535]) {
    client.send(publish(mqtt.version, { topic: mqtt.topic(), qos: 1, id }));
    expect((await client.expect("PUBACK")).id).toBe(id);
    client.send(publish(mqtt.version, { topic: mqtt.topic(), qos: 2, id }));
    expect((await client.expect("PUBREC")).id).toBe(id);
    client.send(ack("PUBREL", id));
    expect((await client.expect("PUBCOMP")).id).toBe(id);
  }
});

inAll("[MQTT-2.2.1-5] [3:MQTT-2.3.1-6] the broker's PUBREL has the Packet Identifier of its PUBLISH", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  await (await mqtt.connect()).publish({ topic, qos: 2 });
  const { id } = await listener.message();
  listener.send(ack("PUBREC", id));
  expect((await listener.expect("PUBREL")).id).toBe(id);
});

inAll(
  "[MQTT-2.2.1-6] [3:MQTT-2.3.1-7] SUBACK and UNSUBACK have the Packet Identifier of their request",
  async (mqtt) => {
    const client = await mqtt.connect();
    for (const id of [1, 255, 256, 65_535]) {
      client.send(subscribe(mqtt.version, id, [{ filter: mqtt.topic() }]));
      expect((await client.expect("SUBACK")).id).toBe(id);
      client.send(unsubscribe(mqtt.version, id, [mqtt.topic()]));
      expect((await client.expect("UNSUBACK")).id).toBe(id);
    }
  },
);

inAll("[MQTT-2.2.1-4] [3:MQTT-2.3.1-4] the identifiers of the two directions are independent", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic, 2);
  await (await mqtt.connect()).publish({ topic, payload: "from the broker", qos: 2 });
  const { id } = await listener.message();
  // The same number, from the client.
  listener.send(publish(mqtt.version, { topic: mqtt.topic("other"), qos: 2, id }));
  expect((await listener.expect("PUBREC")).id).toBe(id);
  listener.send(ack("PUBREC", id));
  expect((await listener.expect("PUBREL")).id).toBe(id);
  listener.send(ack("PUBREL", id));
  expect(await listener.expect("PUBCOMP")).toMatchObject({ id, code: 0 });
});

in5("[MQTT-2.2.2-1] a packet of the broker without properties says so with a length of zero", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  const suback = await client.subscribe(topic);
  expect(suback.bytes.toString("hex")).toBe("900400010000");
  const unsuback = await client.unsubscribe(`${topic}/none`);
  expect(unsuback.bytes[4]).toBe(0);
  await client.publish({ topic });
  const { bytes } = await client.message();
  expect([bytes.length, bytes.at(-1)]).toEqual([2 + 2 + topic.length + 1, 0]);
});

in5("[MQTT-2.2.2-1] a packet without its Property Length ends the connection", async (mqtt) => {
  await mqtt.offends(`30 [ <"${mqtt.topic()}"> ]`, 0x81);
  await mqtt.offends("82 [ 0001 ]", 0x81);
  await mqtt.offends("a2 [ 0001 ]", 0x81);
  await mqtt.isRefused('10 [ <"MQTT"> 05 02 003c ]', 0x81);
});

in5(
  "[U5-007] [U5-008] a property in a packet that may not carry it ends the connection with 0x81 or 0x82",
  async (mqtt) => {
    const topic = `<"${mqtt.topic()}">`;
    const frames = [
      `30 [ ${topic} [ 11 00000001 ] ]`,
      `30 [ ${topic} [ 1c <"elsewhere"> ] ]`,
      `30 [ ${topic} [ 1f <"reason"> ] ]`,
      `82 [ 0001 [ 1f <"reason"> ] ${topic} 00 ]`,
      `82 [ 0001 [ 02 00000001 ] ${topic} 00 ]`,
      `a2 [ 0001 [ 0b 01 ] ${topic} ]`,
      "40 [ 0001 00 [ 23 0001 ] ]",
      "e0 [ 00 [ 21 0001 ] ]",
      "e0 [ 00 [ 7f 00 ] ]",
    ];
    await Promise.all(frames.map((frame) => mqtt.offends(frame, 0x81, 0x82)));
  },
);

in5("[U5-007] values that do not have their type end the connection", async (mqtt) => {
  const topic = `<"${mqtt.topic()}">`;
  for (const property of ["02 000001", "23 00", "26 0001 6b", "09 0005 61"]) {
    await mqtt.offends(`30 [ ${topic} [ ${property} ] ]`, 0x81, 0x82);
  }
});

in5("[U5-007] a Payload Format Indicator other than 0 and 1 ends the connection", async (mqtt) => {
  await mqtt.offends(`30 [ <"${mqtt.topic()}"> [ 01 02 ] ]`, 0x81, 0x82);
});

in311("[3:MQTT-2.2.2-2] packet types 0 and 15 are not packets", async (mqtt) => {
  await mqtt.offends("00 00");
  await mqtt.offends("f0 00");
});

in5("[5.0 packet types] packet type 0 is not a packet", async (mqtt) => {
  await mqtt.offends("00 00", 0x81, 0x82);
});
