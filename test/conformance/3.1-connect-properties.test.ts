import { expect } from "vitest";
import { closedWith, in5, isRemote, refusedWith, withBroker } from "./support/conformance.ts";
import { ack, PINGREQ, publish, subscribe, unsubscribe } from "./support/write.ts";

// 3.1.2.11: what a client announces with its CONNECT, and whether the broker keeps to it

/** CONNECT with these property bytes. */
function connectWith(properties: string): string {
  return `10 [ <"MQTT"> 05 02 003c [ ${properties} ] <"c"> ]`;
}

in5("[U5-011] [U5-015] [U5-019] [U5-021] a property of CONNECT that comes twice is refused with 0x82", async (mqtt) => {
  for (const property of ["11 0000000a", "22 0005"]) {
    await mqtt.isRefused(connectWith(`${property} ${property}`), 0x82);
  }
  await mqtt.isRefused(connectWith('15 <"m"> 15 <"m">'), 0x82);
  await mqtt.isRefused(connectWith('15 <"m"> 16 <"d"> 16 <"d">'), 0x82);
});

in5("[U5-012] Receive Maximum twice, or 0, is refused with 0x82", async (mqtt) => {
  await mqtt.isRefused(connectWith("21 0005 21 0005"), 0x82);
  await mqtt.isRefused(connectWith("21 0000"), 0x82);
});

in5("[U5-013] Maximum Packet Size twice, or 0, is refused with 0x82", async (mqtt) => {
  await mqtt.isRefused(connectWith("27 00001000 27 00001000"), 0x82);
  await mqtt.isRefused(connectWith("27 00000000"), 0x82);
});

in5("[U5-016] [U5-017] Request Response and Request Problem Information: once, and 0 or 1", async (mqtt) => {
  for (const id of ["19", "17"]) {
    await mqtt.isRefused(connectWith(`${id} 01 ${id} 01`), 0x82);
    await mqtt.isRefused(connectWith(`${id} 02`), 0x81, 0x82);
  }
});

in5("[U5-020] Authentication Data without a method is refused with 0x82", async (mqtt) => {
  await mqtt.isRefused(connectWith('16 <"data">'), 0x82);
});

in5(
  "[U5-007] [U5-008] unknown properties, those of other packets, and values that are cut off are refused",
  async (mqtt) => {
    for (const property of [
      "7f 00",
      "00 00",
      "01 01",
      "0b 01",
      '12 <"x">',
      "23 0001",
      "24 01",
      "11 0000",
      "26 0001",
      "80 00",
    ]) {
      await mqtt.isRefused(connectWith(property), 0x81, 0x82);
    }
  },
);

in5("[U5-007] properties that are longer than the packet, or end in the middle of one, are refused", async (mqtt) => {
  await mqtt.isRefused('10 [ <"MQTT"> 05 02 003c 40 11 00 00 00 0a <"c"> ]', 0x81);
  await mqtt.isRefused('10 [ <"MQTT"> 05 02 003c 03 11 00 00 00 0a <"c"> ]', 0x81, 0x82);
});

// Maximum Packet Size

/** A PUBLISH of `size` bytes to the topic, in the form a subscriber of QoS 0 or above gets it. */
function payloadFor(topic: string, size: number, qos: number): string {
  return "x".repeat(size - (2 + 2 + topic.length + (qos > 0 ? 2 : 0) + 1));
}

in5(
  "[MQTT-3.1.2-24] [MQTT-3.1.2-25] a message of exactly Maximum Packet Size is sent, a larger one is not",
  async (mqtt) => {
    for (const qos of [0, 1, 2]) {
      const topic = mqtt.topic(`${qos}`);
      const client = await mqtt.connect({ properties: { maximumPacketSize: 60 } });
      await client.subscribe({ filter: topic, qos });
      const publisher = await mqtt.connect();
      await publisher.publish({ topic, payload: payloadFor(topic, 60, qos), qos });
      await publisher.publish({ topic, payload: payloadFor(topic, 61, qos), qos });
      await publisher.publish({ topic, payload: "marker", qos });
      expect((await client.take()).bytes.length).toBe(60);
      expect((await client.take()).text).toBe("marker");
    }
  },
);

in5(
  "[MQTT-3.1.2-25] a message that is too large counts as delivered: it takes no quota and does not come back",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const client = await mqtt.connect({
      clientId,
      persistent: true,
      properties: { maximumPacketSize: 60, receiveMaximum: 1 },
    });
    await client.subscribe({ filter: topic, qos: 2 });
    const publisher = await mqtt.connect();
    for (const qos of [1, 2, 1, 2]) {
      await publisher.publish({ topic, payload: "x".repeat(100), qos });
    }
    await publisher.publish({ topic, payload: "small", qos: 1 });
    expect((await client.take()).text).toBe("small");
    await client.disconnect();
    const again = await mqtt.connect({ clientId, persistent: true });
    await again.quiet();
  },
);

in5("[MQTT-3.1.2-24] Maximum Packet Size holds for what waited, was retained, or has identifiers", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  await (await mqtt.connect()).publish({ topic: `${topic}/r`, payload: "x".repeat(100), retain: true, qos: 1 });
  const first = await mqtt.connect({ clientId, persistent: true });
  await first.subscribe({ filter: `${topic}/q`, qos: 1 });
  await first.disconnect();
  const publisher = await mqtt.connect();
  await publisher.publish({ topic: `${topic}/q`, payload: "x".repeat(100), qos: 1 });
  await publisher.publish({ topic: `${topic}/q`, payload: "waited", qos: 1 });
  const second = await mqtt.connect({ clientId, persistent: true, properties: { maximumPacketSize: 60 } });
  expect((await second.take()).text).toBe("waited");
  await second.subscribe({ filter: `${topic}/#`, qos: 0 }, { subscriptionIdentifiers: [268_435_455] });
  // Without the five bytes of the identifier it would fit.
  const exact = payloadFor(`${topic}/t`, 60, 0);
  await publisher.publish({ topic: `${topic}/t`, payload: exact });
  await publisher.publish({ topic: `${topic}/t`, payload: exact.slice(5) });
  expect((await second.message()).bytes.length).toBe(60);
});

in5("[MQTT-3.1.2-24] the limit of one subscriber is not the limit of another", async (mqtt) => {
  const topic = mqtt.topic();
  const small = await mqtt.connect({ properties: { maximumPacketSize: 60 } });
  await small.subscribe(topic);
  const large = await mqtt.subscriber(topic);
  await (await mqtt.connect()).publish({ topic, payload: "x".repeat(100) });
  expect((await large.message()).text.length).toBe(100);
  await small.quiet();
});

in5(
  "[MQTT-3.1.2-24] [MQTT-3.2.2-19] [MQTT-3.2.2-20] a CONNACK that cannot be sent within the limit is not sent",
  async (mqtt) => {
    const client = await mqtt.attempt({ clientId: mqtt.clientId(), properties: { maximumPacketSize: 4 } });
    const frames = await client.raw.end();
    expect(frames.filter(({ length }) => length > 4)).toEqual([]);
  },
);

in5(
  "[MQTT-3.1.2-24] [MQTT-3.2.2-19] the refusal of a CONNECT that cannot be read keeps to the limit, where that can be",
  async (mqtt) => {
    const limit = "27 00000014";
    for (const broken of [
      // Behind the properties: a Will QoS of 3, trailing bytes, a string that is none or longer than the packet.
      `10 [ <"MQTT"> 05 1e 003c [ ${limit} ] <"c"> [] <"w"> <"m"> ]`,
      `10 [ <"MQTT"> 05 02 003c [ ${limit} ] <"c"> 00 ]`,
      `10 [ <"MQTT"> 05 02 003c [ ${limit} ] <c328> ]`,
      `10 [ <"MQTT"> 05 02 003c [ ${limit} ] 00 09 "c" ]`,
      // Within them, before and behind the limit.
      connectWith(`${limit} 7f 00`),
      connectWith(`11 00000001 11 00000002 17 03 23 0001 26 <"k"> <c328> ${limit}`),
      connectWith(`${limit} 27 00001000`),
      `10 [ <"MQTT"> 05 02 003c 40 ${limit} 21 0000 <"c"> ]`,
    ]) {
      const refusal = await mqtt.isRefused(broken, 0x81, 0x82);
      if (!isRemote) expect(refusal, broken).toBeDefined();
      expect(refusal?.bytes.length ?? 0, broken).toBeLessThanOrEqual(20);
    }
  },
);

withBroker({}).in5("[MQTT-3.1.2-24] without a limit mqtk tells more when it refuses a CONNECT", async (mqtt) => {
  const refusal = await mqtt.isRefused(connectWith("7f 00"), 0x81);
  expect(refusal).toMatchObject({ properties: { reasonString: expect.stringContaining("0x7F") } });
});

in5("[MQTT-3.1.2-24] a SUBACK or UNSUBACK that cannot be sent within the limit is not sent", async (mqtt) => {
  const filters = Array.from({ length: 100 }, (_, index) => `${mqtt.topic()}/${index}`);
  const subscriptions = filters.map((filter) => ({ filter }));
  for (const request of [subscribe(5, 1, subscriptions), unsubscribe(5, 1, filters)]) {
    const client = await mqtt.connect({ properties: { maximumPacketSize: 60 } });
    client.send(request, PINGREQ);
    // The standard does not say what then; mqtk ends the connection instead of leaving the client without an answer.
    await client.raw.until(() => client.raw.isClosed || client.raw.frames.length > 0, "an end or an answer");
    expect(client.raw.frames.filter(({ length }) => length > 60)).toEqual([]);
  }
});

withBroker({}).in5(
  "[MQTT-3.1.2-24] without room for its answer a SUBSCRIBE ends the connection with 0x95",
  async (mqtt) => {
    const client = await mqtt.connect({ properties: { maximumPacketSize: 60 } });
    const filters = Array.from({ length: 100 }, (_, index) => ({ filter: `${mqtt.topic()}/${index}` }));
    client.send(subscribe(5, 1, filters));
    await closedWith(client, 0x95);
  },
);

in5(
  "[MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.14.2-3] [MQTT-3.14.2-4] a reason in words is left out where it does not fit",
  async (mqtt) => {
    const refused = await mqtt.attempt({
      clientId: mqtt.clientId(),
      properties: { maximumPacketSize: 24, authenticationMethod: "no such method" },
    });
    expect((await refusedWith(refused, 0x8c))?.bytes.length ?? 0).toBeLessThanOrEqual(24);
    const client = await mqtt.connect({ properties: { maximumPacketSize: 24 } });
    client.send(publish(5, { topic: "a/#" }));
    const [farewell] = await client.end();
    if (!isRemote) expect(farewell).toMatchObject({ type: "DISCONNECT", code: 0x90, properties: {} });
    expect(farewell?.bytes.length ?? 0).toBeLessThanOrEqual(24);
  },
);

// Topic Alias Maximum

in5(
  "[MQTT-3.1.2-26] [MQTT-3.3.2-11] [MQTT-3.3.2-8] the broker's Topic Aliases are between 1 and the client's maximum",
  async (mqtt) => {
    const client = await mqtt.connect({ properties: { topicAliasMaximum: 3 } });
    await client.subscribe({ filter: `${mqtt.topic()}/#`, qos: 1 });
    const publisher = await mqtt.connect();
    const topics = new Map<number, string>();
    for (const index of [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 4, 3, 2, 1, 0]) {
      const topic = `${mqtt.topic()}/${index}`;
      await publisher.publish({ topic, payload: topic, qos: 1 });
      const message = await client.take();
      const { topicAlias } = message.properties;
      if (topicAlias !== undefined) {
        expect(topicAlias).toBeGreaterThan(0);
        expect(topicAlias).toBeLessThanOrEqual(3);
        if (message.topic !== "") {
          topics.set(topicAlias, message.topic);
        }
      }
      expect(message.topic || topics.get(topicAlias ?? 0)).toBe(message.text);
    }
  },
);

in5("[MQTT-3.1.2-27] [MQTT-3.3.2-11] without Topic Alias Maximum the broker sends no Topic Alias", async (mqtt) => {
  for (const properties of [{}, { topicAliasMaximum: 0 }]) {
    const topic = mqtt.topic();
    const client = await mqtt.connect({ properties });
    await client.subscribe(topic);
    const publisher = await mqtt.connect();
    for (let count = 0; count < 3; count += 1) {
      await publisher.publish({ topic });
      const message = await client.message();
      expect(message.topic).toBe(topic);
      expect(message.properties.topicAlias).toBe(undefined);
    }
  }
});

in5("[MQTT-3.1.2-27] a publisher's Topic Alias is not passed on", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const publisher = await mqtt.connect();
  if ((publisher.connack.properties.topicAliasMaximum ?? 0) > 0) {
    await publisher.publish({ topic, payload: "1", properties: { topicAlias: 1 } });
    await publisher.publish({ topic: "", payload: "2", properties: { topicAlias: 1 } });
    for (const text of ["1", "2"]) {
      expect(await listener.message()).toMatchObject({ text, topic, properties: {} });
    }
  }
});

// Request Response Information, Request Problem Information

in5("[MQTT-3.1.2-28] without the client's wish, or with 0, there is no Response Information", async (mqtt) => {
  for (const properties of [{}, { requestResponseInformation: 0 }]) {
    const { connack } = await mqtt.connect({ properties });
    expect(connack.properties.responseInformation).toBe(undefined);
  }
  await mqtt.connect({ properties: { requestResponseInformation: 1 } });
});

in5(
  "[MQTT-3.1.2-29] Request Problem Information 0: reasons in words only in CONNACK, PUBLISH and DISCONNECT",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.connect({ properties: { requestProblemInformation: 0 } });
    const answers = [
      await client.subscribe([{ filter: topic }, { filter: `$share/g/${topic}` }]),
      await client.unsubscribe(`${topic}/never`),
      await client.publish({ topic: `${topic}/nobody`, qos: 1 }),
      await client.publish({ topic: "$SYS/not/allowed", qos: 2 }),
    ];
    client.send(ack("PUBREL", 999));
    answers.push(await client.expect("PUBCOMP"));
    client.send(ack("PUBREC", 999));
    answers.push(await client.expect("PUBREL"));
    for (const answer of answers) {
      expect(answer?.properties).toEqual({});
    }
  },
);

in5("[MQTT-3.1.2-29] Request Problem Information 0 does not touch the User Properties of messages", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect({ properties: { requestProblemInformation: 0 } });
  await client.subscribe(topic);
  await (await mqtt.connect()).publish({ topic, properties: { userProperties: [["k", "v"]] } });
  expect((await client.message()).properties.userProperties).toEqual([["k", "v"]]);
});

in5(
  "[5.0 user properties] User Properties of CONNECT and DISCONNECT are read and stay without meaning",
  async (mqtt) => {
    const userProperties: [string, string][] = [
      ["", ""],
      ["k", "v"],
      ["k", "v"],
    ];
    const client = await mqtt.connect({ properties: { userProperties } });
    await client.disconnect(0, { userProperties, reasonString: "enough" });
  },
);
