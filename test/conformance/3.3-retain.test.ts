import { expect } from "vitest";
import { in5, inAll, inBoth, type Mqtt } from "./support/conformance.ts";

/** Publishes a retained message and waits until the broker has it. */
async function retain(mqtt: Mqtt, topic: string, payload: string, qos = 1): Promise<void> {
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload, qos, retain: true });
  await publisher.quiet();
}

inAll(
  "[MQTT-3.3.1-5] [3:MQTT-3.3.1-5] [3:MQTT-3.3.1-6] [3:MQTT-3.3.1-8] the last retained message goes to later subscribers, with RETAIN 1",
  async (mqtt) => {
    const topic = mqtt.topic();
    await retain(mqtt, topic, "first");
    await retain(mqtt, topic, "last");
    const client = await mqtt.subscriber(topic);
    expect(await client.message()).toMatchObject({ text: "last", topic, retain: true, dup: false });
    await client.quiet();
  },
);

inAll(
  "[MQTT-3.3.1-5] [3:MQTT-3.3.1-5] [3:MQTT-3.3.1-7] [MQTT-3.8.4-8] [3:MQTT-3.8.4-6] a retained message keeps its QoS, and is sent with the lower of its own and the granted one",
  async (mqtt) => {
    for (const stored of [0, 1, 2]) {
      const topic = mqtt.topic(`${stored}`);
      await retain(mqtt, topic, "r", stored);
      for (const granted of [0, 1, 2]) {
        const client = await mqtt.subscriber(topic, granted);
        expect(await client.take()).toMatchObject({ text: "r", retain: true, qos: Math.min(stored, granted) });
      }
    }
  },
);

inAll("[3:MQTT-3.3.1-7] a QoS 0 retained message replaces one of a higher QoS", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "old", 2);
  await retain(mqtt, topic, "new", 0);
  const client = await mqtt.subscriber(topic, 2);
  // It may have been discarded at any time, but then there is none.
  client.send("c0 00");
  const packet = await client.next();
  expect(packet.type === "PUBLISH" ? packet.text : "none").not.toBe("old");
});

inAll("[3:MQTT-3.3.1-6] [MQTT-3.3.1-9] each topic that matches has its retained message sent", async (mqtt) => {
  const base = mqtt.topic();
  for (const name of ["a", "b", "a/c", "a/c/d", ""]) {
    await retain(mqtt, `${base}/${name}`, name === "" ? "empty level" : name);
  }
  await retain(mqtt, base, "base");
  const texts = async (filter: string, count: number) => {
    const client = await mqtt.subscriber(filter);
    const received = await client.texts(count);
    await client.quiet();
    return received.sort();
  };
  expect(await texts(`${base}/#`, 6)).toEqual(["a", "a/c", "a/c/d", "b", "base", "empty level"]);
  expect(await texts(`${base}/+`, 3)).toEqual(["a", "b", "empty level"]);
  expect(await texts(`${base}/a/+`, 1)).toEqual(["a/c"]);
  expect(await texts(`${base}/+/+/d`, 1)).toEqual(["a/c/d"]);
});

inAll(
  "[MQTT-3.3.1-6] [MQTT-3.3.1-7] [3:MQTT-3.3.1-10] [3:MQTT-3.3.1-11] an empty retained message removes the one that is there, and is not stored",
  async (mqtt) => {
    const topic = mqtt.topic();
    const live = await mqtt.subscriber(topic);
    await retain(mqtt, topic, "kept");
    expect((await live.message()).text).toBe("kept");
    await retain(mqtt, topic, "");
    expect(await live.message(), "it is delivered as usual").toMatchObject({ text: "", retain: false });
    await (await mqtt.subscriber(topic)).quiet();
  },
);

inAll("[MQTT-3.3.1-7] [3:MQTT-3.3.1-11] an empty retained message where there is none leaves none", async (mqtt) => {
  for (const qos of [0, 1, 2]) {
    const topic = mqtt.topic(`${qos}`);
    await retain(mqtt, topic, "", qos);
    await (await mqtt.subscriber(topic)).quiet();
  }
});

inAll(
  "[MQTT-3.3.1-8] [3:MQTT-3.3.1-12] a message without RETAIN is not stored and leaves what is stored alone",
  async (mqtt) => {
    const topic = mqtt.topic();
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "not stored", qos: 1 });
    await (await mqtt.subscriber(topic)).quiet();
    await retain(mqtt, topic, "stored");
    await publisher.publish({ topic, payload: "passing by", qos: 1 });
    await publisher.publish({ topic, payload: "", qos: 1 });
    const client = await mqtt.subscriber(topic);
    expect((await client.message()).text).toBe("stored");
    await client.quiet();
  },
);

inAll("[3:MQTT-3.3.1-9] [MQTT-3.3.1-12] what an established subscription gets has RETAIN 0", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.subscriber(topic, 2);
  for (const qos of [0, 1, 2]) {
    await retain(mqtt, topic, `QoS ${qos}`, qos);
    expect(await client.take()).toMatchObject({ text: `QoS ${qos}`, retain: false });
  }
});

inBoth("[3:MQTT-3.3.1-9] [MQTT-3.3.1-12] RETAIN is 0 also for what waited in a session", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1 });
  await before.disconnect();
  await retain(mqtt, topic, "waits");
  const after = await mqtt.connect({ clientId, persistent: true });
  expect(await after.take()).toMatchObject({ text: "waits", retain: false });
  await after.quiet();
});

// Retain As Published

in5(
  "[MQTT-3.3.1-12] [MQTT-3.3.1-13] Retain As Published keeps the publisher's RETAIN, without it RETAIN is 0",
  async (mqtt) => {
    const topic = mqtt.topic();
    const asPublished = await mqtt.connect();
    await asPublished.subscribe({ filter: topic, qos: 2, retainAsPublished: true });
    const plain = await mqtt.subscriber(topic, 2);
    const publisher = await mqtt.connect();
    for (const qos of [0, 1, 2]) {
      for (const flag of [true, false]) {
        await publisher.publish({ topic, payload: "x", qos, retain: flag });
        expect((await asPublished.take()).retain).toBe(flag);
        expect((await plain.take()).retain).toBe(false);
      }
    }
  },
);

in5("[MQTT-3.3.1-13] Retain As Published holds for what waited in a session", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1, retainAsPublished: true });
  await before.disconnect();
  await retain(mqtt, topic, "waits");
  const after = await mqtt.connect({ clientId, persistent: true });
  expect((await after.take()).retain).toBe(true);
});

in5("[MQTT-3.3.1-13] an empty retained message is passed on with RETAIN 1 to Retain As Published", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, retainAsPublished: true });
  await retain(mqtt, topic, "");
  expect(await client.message()).toMatchObject({ text: "", retain: true });
});

in5("[MQTT-3.3.1-13] with overlapping subscriptions one Retain As Published is enough", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe([{ filter: `${topic}/#` }, { filter: `${topic}/a`, retainAsPublished: true }]);
  await retain(mqtt, `${topic}/a`, "x");
  await retain(mqtt, topic, "marker");
  const flags = [];
  for (let message = await client.take(); message.text !== "marker"; message = await client.take()) {
    flags.push(message.retain);
  }
  expect(flags).toContain(true);
});

in5(
  "[MQTT-3.3.1-9] retained messages for a new subscription have RETAIN 1, whatever Retain As Published says",
  async (mqtt) => {
    const topic = mqtt.topic();
    await retain(mqtt, topic, "r");
    for (const retainAsPublished of [false, true]) {
      const client = await mqtt.connect();
      await client.subscribe({ filter: topic, retainAsPublished });
      expect((await client.message()).retain).toBe(true);
    }
  },
);

// Retain Handling

in5("[MQTT-3.3.1-9] [MQTT-3.8.4-4] Retain Handling 0: retained messages come with every SUBSCRIBE", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "r");
  const client = await mqtt.connect();
  for (let count = 0; count < 3; count += 1) {
    await client.subscribe({ filter: topic, retainHandling: 0 });
    expect(await client.message()).toMatchObject({ text: "r", retain: true });
  }
  await client.quiet();
});

in5("[MQTT-3.3.1-10] Retain Handling 1: retained messages come if the subscription is new", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "r");
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, retainHandling: 1 });
  expect((await client.message()).text).toBe("r");
  await client.subscribe({ filter: topic, qos: 1, retainHandling: 1 });
  await client.quiet();
  await client.unsubscribe(topic);
  await client.subscribe({ filter: topic, retainHandling: 1 });
  expect((await client.message()).text).toBe("r");
});

in5("[MQTT-3.3.1-10] Retain Handling 1: a subscription of a resumed session is not new", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  await retain(mqtt, topic, "r");
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, retainHandling: 2 });
  await before.disconnect();
  const after = await mqtt.connect({ clientId, persistent: true });
  await after.subscribe({ filter: topic, retainHandling: 1 });
  await after.quiet();
});

in5(
  "[MQTT-3.3.1-10] Retain Handling 1: newness is a matter of the filter, not of the topics it matches",
  async (mqtt) => {
    const topic = mqtt.topic();
    await retain(mqtt, topic, "r");
    const client = await mqtt.subscriber(topic);
    expect((await client.message()).text).toBe("r");
    await client.subscribe({ filter: `${topic}/#`, retainHandling: 1 });
    expect((await client.message()).text).toBe("r");
  },
);

in5(
  "[MQTT-3.3.1-10] [MQTT-3.8.4-5] Retain Handling 1: the second of two equal filters in one SUBSCRIBE is not new",
  async (mqtt) => {
    const topic = mqtt.topic();
    await retain(mqtt, topic, "r");
    const client = await mqtt.connect();
    await client.subscribe([
      { filter: topic, retainHandling: 1 },
      { filter: topic, retainHandling: 1 },
    ]);
    expect((await client.message()).text).toBe("r");
    await client.quiet();
  },
);

in5("[MQTT-3.3.1-11] Retain Handling 2: no retained messages", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "r");
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic, retainHandling: 2 });
  await client.quiet();
  await retain(mqtt, topic, "live");
  expect(await client.message()).toMatchObject({ text: "live", retain: false });
});

inAll("[3:MQTT-3.8.4-3] subscribing again brings the retained messages again", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "r");
  const client = await mqtt.connect();
  for (let count = 0; count < 2; count += 1) {
    await client.subscribe({ filter: topic });
    expect((await client.message()).text).toBe("r");
  }
});

in5("[MQTT-3.3.4-3] retained messages carry the identifier of the subscription that asked for them", async (mqtt) => {
  const topic = mqtt.topic();
  await retain(mqtt, topic, "r");
  const client = await mqtt.connect();
  await client.subscribe({ filter: topic }, { subscriptionIdentifiers: [7] });
  expect((await client.message()).properties.subscriptionIdentifiers).toEqual([7]);
  await client.subscribe({ filter: `${topic}/#` }, { subscriptionIdentifiers: [8] });
  expect((await client.message()).properties.subscriptionIdentifiers).toEqual([8]);
});

inAll("[MQTT-4.7.2-1] [3:MQTT-4.7.2-1] wildcards do not bring retained messages of $ topics", async (mqtt) => {
  const topic = `$d/${mqtt.topic()}`;
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "hidden", retain: true, qos: 1 });
  const client = await mqtt.subscriber(`+/${mqtt.topic()}`);
  await client.quiet();
});

in5("[MQTT-3.3.2-17] [MQTT-3.3.2-18] a retained message keeps its properties", async (mqtt) => {
  const topic = mqtt.topic();
  const properties = {
    payloadFormatIndicator: 1,
    contentType: "text/plain",
    responseTopic: "answers",
    correlationData: Buffer.from([1, 2]),
    userProperties: [
      ["z", "1"],
      ["a", "2"],
    ] as [string, string][],
  };
  await (await mqtt.connect()).publish({ topic, payload: "r", retain: true, qos: 1, properties });
  expect((await (await mqtt.subscriber(topic)).message()).properties).toEqual(properties);
});

in5(
  "[MQTT-3.3.1-9] retained messages that wait for the client's quota come in the end, also after a reconnect",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const names = ["1", "2", "3", "4"];
    for (const name of names) {
      await retain(mqtt, `${topic}/${name}`, name);
    }
    const properties = { receiveMaximum: 1 };
    const before = await mqtt.connect({ clientId, persistent: true, properties });
    await before.subscribe({ filter: `${topic}/+`, qos: 1 });
    const received = [(await before.take()).text, (await before.message()).text];
    await before.disconnect();
    const after = await mqtt.connect({ clientId, persistent: true, properties });
    expect(await after.take(), "the one in flight").toMatchObject({ text: received[1], dup: true });
    received.push(...(await after.texts(2)));
    expect(received.sort()).toEqual(names);
  },
);

in5(
  "[MQTT-3.3.1-9] a retained message that is removed while it waits does not turn up afterwards as a live one",
  async (mqtt) => {
    const topic = mqtt.topic();
    for (const name of ["1", "2"]) {
      await retain(mqtt, `${topic}/${name}`, name);
    }
    const client = await mqtt.connect({ properties: { receiveMaximum: 1 } });
    await client.subscribe({ filter: `${topic}/+`, qos: 1 });
    const first = await client.message();
    const other = first.text === "1" ? "2" : "1";
    await retain(mqtt, `${topic}/${other}`, "newer");
    await client.acknowledge(first);
    const rest = [];
    client.send("c0 00");
    for (
      let packet = await client.next();
      packet.type !== "PINGRESP" || rest.length < 1;
      packet = await client.next()
    ) {
      if (packet.type === "PUBLISH") {
        rest.push([packet.text, packet.retain]);
        await client.acknowledge(packet);
      }
    }
    // The newer one comes live; if the retained one comes as well, it is marked as such.
    expect(rest.filter(([text, isRetained]) => text === other && !isRetained)).toEqual([]);
  },
);
