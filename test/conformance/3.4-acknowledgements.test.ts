import { expect } from "vitest";
import { in5, in311, inAll, inBoth, isRemote } from "./support/conformance.ts";
import { ack, publish } from "./support/write.ts";

// 3.4 to 3.7: PUBACK, PUBREC, PUBREL and PUBCOMP as packets; what they mean is in 4.3

in5(
  "[MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] acknowledgements of the broker have codes from their tables",
  async (mqtt) => {
    // Reading fails for any other code.
    const topic = mqtt.topic();
    const client = await mqtt.connect();
    const answers = [
      await client.publish({ topic, qos: 1 }),
      await client.publish({ topic, qos: 2 }),
      await client.publish({ topic: "$SYS/not/allowed", qos: 1 }),
    ];
    await client.subscribe({ filter: topic, qos: 2 });
    client.send(publish(5, { topic, qos: 1, id: 77 }));
    answers.push(await client.find("PUBACK"));
    expect(answers.length).toBe(4);
    await client.acknowledge(await client.find("PUBLISH"));
  },
);

in5(
  "[MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] a client's code that is not in the table ends the connection",
  async (mqtt) => {
    const topic = mqtt.topic();
    for (const code of [0x01, 0x04, 0x81, 0x82, 0x92, 0x9e, 0xff]) {
      const client = await mqtt.subscriber(topic, 1);
      await (await mqtt.connect()).publish({ topic, qos: 1 });
      const { id } = await client.message();
      client.send(ack("PUBACK", id, code));
      await client.end();
    }
    for (const code of [0x10, 0x80, 0x87, 0x91]) {
      await mqtt.offends(ack("PUBREL", 1, code), 0x81, 0x82);
    }
  },
);

in5("[5.0 acknowledgements] all forms are understood: without a code, with one, with properties", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, qos: 1 });
  const publisher = await mqtt.connect();
  const forms: [number?, { reasonString?: string; userProperties?: [string, string][] }?][] = [
    [],
    [0x00],
    [0x00, {}],
    [0x00, { reasonString: "taken", userProperties: [["k", "v"]] }],
    [0x80, { reasonString: "not taken" }],
  ];
  for (const [code, properties] of forms) {
    await publisher.publish({ topic, qos: 1 });
    const { id } = await client.message();
    client.send(ack("PUBACK", id, code, properties));
    await client.quiet();
  }
  // All are acknowledged: a whole quota is there.
  for (let count = 0; count < forms.length; count += 1) {
    await publisher.publish({ topic, payload: `${count}`, qos: 1 });
  }
  expect((await client.texts(forms.length)).length).toBe(forms.length);
});

in5("[U5-065] [U5-066] [U5-067] [U5-068] a Reason String that comes twice ends the connection", async (mqtt) => {
  for (const first of ["40", "50", "62", "70"]) {
    await mqtt.offends(`${first} [ 0001 00 [ 1f <"a"> 1f <"b"> ] ]`, 0x82);
  }
});

inBoth(
  "[MQTT-3.4.2-1] [3:MQTT-2.3.1-6] an acknowledgement without a Packet Identifier, or with 0, ends the connection",
  async (mqtt) => {
    for (const first of ["40", "50", "62", "70"]) {
      await mqtt.offends(`${first} 00`, 0x81);
      await mqtt.offends(`${first} 01 00`, 0x81);
      await mqtt.offends(`${first} 02 0000`, 0x81, 0x82);
    }
  },
);

in311("[3.1.1 acknowledgements] an acknowledgement is two bytes long", async (mqtt) => {
  for (const first of ["40", "50", "62", "70"]) {
    await mqtt.offends(`${first} 03 0001 00`);
  }
});

inBoth("[MQTT-3.6.1-1] [3:MQTT-3.6.1-1] PUBREL with other flags than 0010 ends the connection", async (mqtt) => {
  for (const first of ["60", "61", "63", "6a", "6f"]) {
    await mqtt.offends(`${first} 02 0001`, 0x81);
  }
});

inAll(
  "[MQTT-3.6.1-1] [3:MQTT-3.6.1-1] the broker's PUBREL has the flags 0010, also when it is sent again",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 2 });
    await (await mqtt.connect()).publish({ topic, qos: 2 });
    const { id } = await before.message();
    before.send(ack("PUBREC", id));
    expect((await before.expect("PUBREL")).bytes[0]).toBe(0x62);
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true });
    expect((await after.expect("PUBREL")).bytes[0]).toBe(0x62);
  },
);

in5("[MQTT-3.7.2-1] PUBREL with an unknown identifier is answered with PUBCOMP 0x92", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(ack("PUBREL", 4711));
  expect(await client.expect("PUBCOMP")).toMatchObject({ id: 4711, code: isRemote ? expect.any(Number) : 0x92 });
  await client.quiet();
});

in311("[3:MQTT-4.3.3-2] PUBREL with an unknown identifier is answered with PUBCOMP", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(ack("PUBREL", 4711));
  expect(await client.expect("PUBCOMP")).toMatchObject({ id: 4711 });
});

in5("[MQTT-3.6.2-1] PUBREC with an unknown identifier does not end the connection", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(ack("PUBREC", 4711), "c0 00");
  const packet = await client.next();
  // mqtk answers; nothing obliges a broker to.
  if (!isRemote || packet.type === "PUBREL") {
    expect(packet).toMatchObject({ type: "PUBREL", id: 4711, code: isRemote ? expect.any(Number) : 0x92 });
    await client.expect("PINGRESP");
  } else {
    expect(packet.type).toBe("PINGRESP");
  }
});

inBoth("[3:MQTT-4.8.0-1] PUBACK and PUBCOMP with unknown identifiers change nothing", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(ack("PUBACK", 4711), ack("PUBCOMP", 4712));
  await client.quiet();
});

in5(
  "[MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] no answer is longer than the client's Maximum Packet Size",
  async (mqtt) => {
    const maximumPacketSize = 30;
    const client = await mqtt.connect({ properties: { maximumPacketSize } });
    const answers = [
      client.connack,
      await client.publish({ topic: "$SYS/a", qos: 1 }),
      await client.publish({ topic: "$SYS/a", qos: 2 }),
      await client.publish({ topic: mqtt.topic(), qos: 1 }),
      await client.subscribe([{ filter: "$share/g/a" }, { filter: mqtt.topic() }]),
      await client.unsubscribe("$share/g/a", "never"),
    ];
    client.send(ack("PUBREC", 4711), ack("PUBREL", 4711));
    answers.push(await client.find("PUBCOMP"));
    client.send("c0 00");
    for (let packet = await client.next(); packet.type !== "PINGRESP"; packet = await client.next()) {
      expect(packet.bytes.length).toBeLessThanOrEqual(maximumPacketSize);
    }
    for (const answer of answers) {
      expect(answer?.bytes.length).toBeLessThanOrEqual(maximumPacketSize);
    }
  },
);
