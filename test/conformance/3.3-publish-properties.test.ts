import { expect } from "vitest";
import { in5, together, withBroker } from "./support/conformance.ts";
import { publish } from "./support/write.ts";

const everything = {
  payloadFormatIndicator: 1,
  contentType: "text/plain; charset=utf-8",
  responseTopic: "answers/here",
  correlationData: Buffer.from([0, 1, 2, 254, 255]),
  userProperties: [
    ["z", "last"],
    ["a", "1"],
    ["a", "1"],
    ["", ""],
    ["a", "0"],
  ] as [string, string][],
};

in5(
  "[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] properties of a message go on unaltered, User Properties in their order",
  async (mqtt) => {
    const topic = mqtt.topic();
    for (const granted of [0, 1, 2]) {
      const listener = await mqtt.subscriber(topic, granted);
      const publisher = await mqtt.connect();
      for (const qos of [0, 1, 2]) {
        await publisher.publish({ topic, payload: "p", qos, properties: everything });
        expect((await listener.take()).properties).toEqual(everything);
      }
    }
  },
);

in5(
  "[MQTT-3.3.2-4] [MQTT-3.3.2-17] properties go on also where a waiting time and an identifier are added",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 }, { subscriptionIdentifiers: [300] });
    await before.disconnect();
    const properties = { ...everything, messageExpiryInterval: 1000 };
    await (await mqtt.connect()).publish({ topic, payload: "p", qos: 1, properties });
    const after = await mqtt.connect({ clientId, persistent: true });
    const { messageExpiryInterval = 0, ...rest } = (await after.take()).properties;
    expect(rest).toEqual({ ...everything, subscriptionIdentifiers: [300] });
    expect(messageExpiryInterval).toBeGreaterThan(990);
  },
);

in5("[MQTT-3.3.2-4] Payload Format Indicator 0 and empty strings are values like others", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const publisher = await mqtt.connect();
  const properties = { payloadFormatIndicator: 0, contentType: "", correlationData: Buffer.alloc(0) };
  await publisher.publish({ topic, properties });
  const received = (await listener.message()).properties;
  expect(received).toMatchObject({ contentType: "" });
  expect(received.payloadFormatIndicator ?? 0).toBe(0);
  expect(received.correlationData?.length).toBe(0);
});

in5("[MQTT-3.3.2-16] the longest Correlation Data and strings go on", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const properties = {
    correlationData: Buffer.alloc(65_535, 7),
    contentType: "c".repeat(65_535),
    responseTopic: "r".repeat(65_535),
  };
  await (await mqtt.connect()).publish({ topic, properties });
  expect((await listener.message()).properties).toEqual(properties);
});

withBroker({ options: { maximumUserPropertyBytes: Number.POSITIVE_INFINITY } }).in5(
  "[MQTT-3.3.2-17] so do the longest User Properties, where the broker does not limit them",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const userProperties: [string, string][] = [["k".repeat(65_535), "v".repeat(65_535)]];
    await (await mqtt.connect()).publish({ topic, properties: { userProperties } });
    expect((await listener.message()).properties).toEqual({ userProperties });
  },
);

together.inBoth(
  "[MQTT-3.3.2-17] subscribers of 3.1.1 get the message without properties, those of 5.0 none from 3.1.1",
  async (mqtt) => {
    const topic = mqtt.topic();
    const other = mqtt.version === 5 ? 4 : 5;
    const listener = await mqtt.connect({ version: other });
    await listener.subscribe({ filter: topic, qos: 2 });
    const publisher = await mqtt.connect();
    for (const qos of [0, 1, 2]) {
      await publisher.publish({ topic, payload: "p", qos, properties: everything });
      expect(await listener.take()).toMatchObject({ text: "p", qos, properties: {} });
    }
  },
);

in5("[MQTT-3.3.2-14] a Response Topic with wildcards ends the connection", async (mqtt) => {
  const topic = mqtt.topic();
  for (const responseTopic of ["a/#", "+", "a/+/b"]) {
    await mqtt.offends(publish(5, { topic, properties: { responseTopic } }), 0x81, 0x82, 0x90);
  }
});

in5(
  "[U5-058] [U5-059] [U5-061] [U5-024] [U5-025] a property of PUBLISH that comes twice ends the connection",
  async (mqtt) => {
    const topic = `<"${mqtt.topic()}">`;
    for (const property of ["01 01", "02 0000000a", '03 <"t">', '08 <"r">', '09 <"c">']) {
      await mqtt.offends(`30 [ ${topic} [ ${property} ${property} ] ]`, 0x82);
    }
  },
);

in5("[MQTT-3.3.2-13] [MQTT-3.3.2-19] Response Topic and Content Type with U+0000 end the connection", async (mqtt) => {
  const topic = `<"${mqtt.topic()}">`;
  await mqtt.offends(`30 [ ${topic} [ 08 < 61 00 > ] ]`, 0x81);
  await mqtt.offends(`30 [ ${topic} [ 03 < 00 > ] ]`, 0x81);
});

in5("[U5-056] [MQTT-3.3.2-4] the Payload Format Indicator goes on with a payload that keeps it", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  await (await mqtt.connect()).publish({ topic, payload: "ß\u0000😀", properties: { payloadFormatIndicator: 1 } });
  expect(await listener.message()).toMatchObject({ text: "ß\u0000😀", properties: { payloadFormatIndicator: 1 } });
});

withBroker({}).in5("[U5-056] mqtk looks at payloads that claim to be UTF-8: 0x99", async (mqtt) => {
  await mqtt.offends(`30 [ <"${mqtt.topic()}"> [ 01 01 ] ff ]`, 0x99);
});
