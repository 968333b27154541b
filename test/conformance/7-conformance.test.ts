import { expect } from "vitest";
import { bytes } from "../support/wire-cases/notation.ts";
import { in5, in311 } from "./support/conformance.ts";
import { publish } from "./support/write.ts";

// Chapter 7: nothing beyond the standard is needed

in311(
  "[3:MQTT-7.0.0-2] [3:MQTT-7.1.1-1] the smallest client there is: connects, subscribes, publishes, leaves",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await mqtt.open();
    client.send(`10 [ <"MQTT"> 04 02 0000 <"${mqtt.clientId()}"> ]`);
    expect((await client.next()).bytes.toString("hex")).toBe("20020000");
    client.send(`82 [ 0001 <"${topic}"> 00 ]`);
    expect((await client.next()).bytes.toString("hex")).toBe("9003000100");
    client.send(`30 [ <"${topic}"> "hello" ]`);
    expect((await client.next()).bytes).toEqual(bytes(`30 [ <"${topic}"> "hello" ]`));
    client.send("e0 00");
    expect(await client.end()).toEqual([]);
  },
);

in5("[MQTT-4.2.0-1] the smallest client of 5.0", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.open();
  client.send(`10 [ <"MQTT"> 05 02 0000 [] <"${mqtt.clientId()}"> ]`);
  expect(await client.next()).toMatchObject({ type: "CONNACK", code: 0 });
  client.send(`82 [ 0001 [] <"${topic}"> 00 ]`);
  expect((await client.next()).bytes.toString("hex")).toBe("900400010000");
  client.send(`30 [ <"${topic}"> [] "hello" ]`);
  expect((await client.next()).bytes).toEqual(bytes(`30 [ <"${topic}"> [] "hello" ]`));
  client.send("e0 00");
  expect(await client.end()).toEqual([]);
});

// What a broker does not offer it announces, and keeps to it; what it does not announce it offers.

in5(
  "[MQTT-3.2.2-9] [MQTT-3.2.2-12] [U5-033] the QoS that the broker announces is the one that it accepts",
  async (mqtt) => {
    const client = await mqtt.connect();
    const { maximumQoS = 2 } = client.connack.properties;
    for (const qos of [1, 2]) {
      const will = { topic: mqtt.topic(), qos };
      if (qos <= maximumQoS) {
        expect(await client.publish({ topic: mqtt.topic(), qos })).toMatchObject({
          type: qos === 1 ? "PUBACK" : "PUBREC",
        });
        await mqtt.connect({ will });
      } else {
        await mqtt.offends(publish(5, { topic: mqtt.topic(), qos, id: 1 }), 0x9b);
        const refused = await mqtt.attempt({ clientId: mqtt.clientId(), will });
        expect((await refused.end()).map((packet) => "code" in packet && packet.code)).toEqual([0x9b]);
      }
    }
  },
);

in5(
  "[MQTT-3.2.2-13] [U5-035] [U5-036] retained messages are accepted unless the broker says that they are not",
  async (mqtt) => {
    const client = await mqtt.connect();
    const will = { topic: mqtt.topic(), retain: true };
    if (client.connack.properties.retainAvailable !== 0) {
      await client.publish({ topic: mqtt.topic(), payload: "r", retain: true, qos: 1 });
      await mqtt.connect({ will });
    } else {
      await mqtt.offends(publish(5, { topic: mqtt.topic(), retain: true }), 0x9a);
      const refused = await mqtt.attempt({ clientId: mqtt.clientId(), will });
      expect((await refused.end()).map((packet) => "code" in packet && packet.code)).toEqual([0x9a]);
    }
  },
);

in5(
  "[U5-043] [U5-045] [U5-047] wildcards, identifiers and Shared Subscriptions are accepted unless the broker says that they are not",
  async (mqtt) => {
    const client = await mqtt.connect();
    const { properties } = client.connack;
    const wishes = [
      { available: properties.wildcardSubscriptionAvailable, filter: `${mqtt.topic()}/#`, identifiers: {} },
      { available: properties.sharedSubscriptionAvailable, filter: `$share/g/${mqtt.topic()}`, identifiers: {} },
      {
        available: properties.subscriptionIdentifierAvailable,
        filter: mqtt.topic(),
        identifiers: { subscriptionIdentifiers: [1] },
      },
    ];
    for (const { available = 1, filter, identifiers } of wishes) {
      const subscriber = await mqtt.connect();
      const { codes } = await subscriber.subscribe({ filter, qos: 1 }, identifiers).catch(() => ({ codes: [0xff] }));
      expect((codes[0] ?? 0) < 0x80).toBe(available === 1);
    }
  },
);
