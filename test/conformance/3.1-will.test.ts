import { setTimeout as later } from "node:timers/promises";
import { expect } from "vitest";
import { in5, in311, inAll, inBoth, refusedWith, withBroker } from "./support/conformance.ts";
import { connect, disconnect } from "./support/write.ts";

// 3.1.2.5 to 3.1.2.7, 3.1.3.2 and following: when the Will is published, and what it looks like

inAll(
  "[MQTT-3.1.2-7] [MQTT-3.1.2-8] [3:MQTT-3.1.2-8] the Will is published when the client goes without DISCONNECT",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const client = await mqtt.connect({ will: { topic, payload: "gone" } });
    await listener.quiet();
    client.raw.destroy();
    expect((await listener.message()).text).toBe("gone");
  },
);

inBoth(
  "[MQTT-3.1.2-8] [3:MQTT-3.1.2-8] the Will is published when the broker closes because of a protocol error",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const client = await mqtt.connect({ will: { topic, payload: "offender" } });
    client.send('36 [ <"a"> 0001 ]');
    expect((await listener.message()).text).toBe("offender");
    await client.end();
  },
);

inBoth("[MQTT-3.1.2-8] [3:MQTT-3.1.2-8] the Will is published when keep alive runs out", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  await mqtt.connect({ keepAlive: 1, will: { topic, payload: "silent" } });
  expect((await listener.message(15_000)).text).toBe("silent");
});

inAll(
  "[MQTT-3.1.2-8] [3:MQTT-3.1.2-8] the Will is published when another connection takes over with a new session",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const listener = await mqtt.subscriber(topic);
    await mqtt.connect({ clientId, will: { topic, payload: "taken over" } });
    await mqtt.connect({ clientId });
    expect((await listener.message()).text).toBe("taken over");
  },
);

inBoth(
  "[MQTT-3.1.2-8] [3:MQTT-3.1.2-8] a Will without delay is published at a takeover that resumes the session",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const listener = await mqtt.subscriber(topic);
    await mqtt.connect({ clientId, persistent: true, will: { topic, payload: "taken over" } });
    await mqtt.connect({ clientId, persistent: true });
    expect((await listener.message()).text).toBe("taken over");
  },
);

inAll(
  "[MQTT-3.14.4-3] [3:MQTT-3.14.4-3] [MQTT-3.1.2-10] [3:MQTT-3.1.2-10] a DISCONNECT removes the Will",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const client = await mqtt.connect({ will: { topic, payload: "must not arrive" } });
    await client.disconnect();
    await (await mqtt.connect()).publish({ topic, payload: "marker" });
    expect((await listener.message()).text).toBe("marker");
  },
);

in5(
  "[MQTT-3.14.4-3] a DISCONNECT 0x00 removes the Will of a session that stays, also after its delay",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const will = { topic, payload: "must not arrive", properties: { willDelayInterval: 1 } };
    const client = await mqtt.connect({ persistent: true, will });
    await client.disconnect(0x00);
    await later(2_500);
    await listener.quiet();
  },
);

in5("[MQTT-3.1.2-8] DISCONNECT 0x04 publishes the Will", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "as wished" } });
  await client.disconnect(0x04);
  expect((await listener.message()).text).toBe("as wished");
});

in5("[MQTT-3.1.2-8] DISCONNECT with an error publishes the Will", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  for (const code of [0x80, 0x83, 0x97]) {
    const client = await mqtt.connect({ will: { topic, payload: `0x${code.toString(16)}` } });
    await client.disconnect(code);
    expect((await listener.message()).text).toBe(`0x${code.toString(16)}`);
  }
});

inBoth("[MQTT-3.1.2-10] [3:MQTT-3.1.2-10] a Will is published once", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic);
  const first = await mqtt.connect({ clientId, persistent: true, will: { topic, payload: "once" } });
  first.raw.destroy();
  expect((await listener.message()).text).toBe("once");
  const second = await mqtt.connect({ clientId, persistent: true });
  second.raw.finish();
  await second.end();
  await (await mqtt.connect({ clientId, persistent: true })).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

inBoth(
  "[3:MQTT-3.1.2-12] [MQTT-3.1.2-7] without Will Flag nothing is published, also if the connection before had a Will",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const listener = await mqtt.subscriber(topic);
    const first = await mqtt.connect({ clientId, persistent: true, will: { topic, payload: "must not arrive" } });
    await first.disconnect();
    const second = await mqtt.connect({ clientId, persistent: true });
    second.raw.finish();
    await second.end();
    await (await mqtt.connect({ clientId, persistent: true })).publish({ topic, payload: "marker" });
    expect((await listener.message()).text).toBe("marker");
  },
);

inAll("[MQTT-3.1.2-9] [3:MQTT-3.1.2-9] Will QoS is the QoS of the message", async (mqtt) => {
  for (const qos of [0, 1, 2]) {
    const topic = mqtt.topic(`${qos}`);
    const listener = await mqtt.subscriber(topic, 2);
    const client = await mqtt.connect({ will: { topic, payload: "w", qos } });
    client.raw.destroy();
    expect((await listener.take()).qos).toBe(qos);
  }
});

inAll("[MQTT-3.1.2-14] [3:MQTT-3.1.2-16] Will Retain 0: the message is not retained", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "w", retain: false } });
  client.raw.destroy();
  expect((await listener.message()).retain).toBe(false);
  await (await mqtt.subscriber(topic)).quiet();
});

inAll("[MQTT-3.1.2-15] [3:MQTT-3.1.2-17] Will Retain 1: the message is retained", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "w", retain: true } });
  client.raw.destroy();
  expect((await listener.message()).text).toBe("w");
  expect(await (await mqtt.subscriber(topic)).message()).toMatchObject({ text: "w", retain: true });
});

inAll(
  "[MQTT-3.1.2-15] [3:MQTT-3.1.2-17] [MQTT-3.3.1-6] an empty retained Will removes the retained message",
  async (mqtt) => {
    const topic = mqtt.topic();
    await (await mqtt.connect()).publish({ topic, payload: "online", retain: true, qos: 1 });
    const listener = await mqtt.subscriber(topic);
    expect((await listener.message()).text).toBe("online");
    const client = await mqtt.connect({ will: { topic, payload: "", retain: true } });
    client.raw.destroy();
    expect((await listener.message()).text).toBe("");
    await (await mqtt.subscriber(topic)).quiet();
  },
);

inBoth("[MQTT-3.1.2-9] [3:MQTT-3.1.2-9] a Will Topic with wildcards, or an empty one, is refused", async (mqtt) => {
  for (const topic of ["a/#", "+/b", "#", ""]) {
    const client = await mqtt.attempt({ clientId: mqtt.clientId(), will: { topic, payload: "w" } });
    await refusedWith(client, ...(mqtt.version === 5 ? [0x81, 0x82, 0x90] : []));
  }
});

withBroker({}).in5("[5.0 will] a Will for a reserved topic is refused with 0x87", async (mqtt) => {
  const client = await mqtt.attempt({ clientId: mqtt.clientId(), will: { topic: "$SYS/broker/uptime" } });
  await refusedWith(client, 0x87);
});

// Will Delay Interval

in5("[MQTT-3.1.2-8] Will Delay: the Will waits so long", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "late", properties: { willDelayInterval: 1 } };
  const client = await mqtt.connect({ persistent: true, will });
  client.raw.destroy();
  const started = performance.now();
  expect((await listener.message(10_000)).text).toBe("late");
  expect(performance.now() - started).toBeGreaterThan(900);
});

in5("[MQTT-3.1.2-8] Will Delay: a session that ends with its connection does not wait", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "at once", properties: { willDelayInterval: 60 } } });
  client.raw.destroy();
  expect((await listener.message()).text).toBe("at once");
});

in5("[MQTT-3.1.2-8] Will Delay: a session that ends earlier publishes its Will then", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "with the session", properties: { willDelayInterval: 60 } };
  const client = await mqtt.connect({ clean: false, properties: { sessionExpiryInterval: 1 }, will });
  client.raw.destroy();
  expect((await listener.message(10_000)).text).toBe("with the session");
});

in5("[MQTT-3.1.2-8] Will Delay: DISCONNECT 0x04 that ends the session publishes at once", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "with the session", properties: { willDelayInterval: 60 } };
  const client = await mqtt.connect({ persistent: true, will });
  await client.disconnect(0x04, { sessionExpiryInterval: 0 });
  expect((await listener.message()).text).toBe("with the session");
});

in5("[MQTT-3.1.3-9] Will Delay: who comes back in time and resumes has no Will published", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "must not arrive", properties: { willDelayInterval: 2 } };
  const first = await mqtt.connect({ clientId, persistent: true, will });
  await first.disconnect(0x04);
  const second = await mqtt.connect({ clientId, persistent: true });
  expect(second.connack.sessionPresent).toBe(true);
  await later(3_500);
  await listener.quiet();
});

in5("[MQTT-3.1.3-9] Will Delay: a takeover that resumes in time has no Will published", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "must not arrive", properties: { willDelayInterval: 1 } };
  await mqtt.connect({ clientId, persistent: true, will });
  await mqtt.connect({ clientId, persistent: true });
  await later(2_500);
  await listener.quiet();
});

in5(
  "[MQTT-3.1.2-8] Will Delay: who comes back with Clean Start ends the old session, and its Will is published",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const listener = await mqtt.subscriber(topic);
    const will = { topic, payload: "old session", properties: { willDelayInterval: 60 } };
    const first = await mqtt.connect({ clientId, persistent: true, will });
    await first.disconnect(0x04);
    await mqtt.connect({ clientId });
    expect((await listener.message()).text).toBe("old session");
  },
);

in5("[MQTT-3.1.3-9] Will Delay: the second connection's Will has its own delay", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.subscriber(topic);
  const first = await mqtt.connect({
    clientId,
    persistent: true,
    will: { topic, payload: "first", properties: { willDelayInterval: 60 } },
  });
  await first.disconnect(0x04);
  const second = await mqtt.connect({ clientId, persistent: true, will: { topic, payload: "second" } });
  second.raw.destroy();
  expect((await listener.message()).text).toBe("second");
});

// Will Properties

in5(
  "[MQTT-3.1.3-10] Will Properties become the message's, User Properties in their order, Will Delay not",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const properties = {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 100,
      contentType: "text/plain",
      responseTopic: mqtt.topic("answers"),
      correlationData: Buffer.from([0, 1, 255]),
      userProperties: [
        ["b", "1"],
        ["a", "2"],
        ["b", "1"],
      ] as [string, string][],
    };
    const client = await mqtt.connect({
      will: { topic, payload: "w", properties: { ...properties, willDelayInterval: 0 } },
    });
    client.raw.destroy();
    expect((await listener.message()).properties).toEqual(properties);
  },
);

in5("[MQTT-3.3.2-6] the Message Expiry Interval of a Will counts from its publication", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const listener = await mqtt.connect({ clientId, persistent: true });
  await listener.subscribe({ filter: topic, qos: 1 });
  const will = { topic, payload: "w", qos: 1, properties: { messageExpiryInterval: 2 } };
  const client = await mqtt.connect({ will });
  await later(2_500);
  client.raw.destroy();
  expect((await listener.message()).properties.messageExpiryInterval).toBe(2);
});

in311("[3:MQTT-3.14.4-3] any DISCONNECT of 3.1.1 is a goodbye; bytes behind it are not looked at", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "must not arrive" } });
  client.send(disconnect(), connect(4, { clientId: mqtt.clientId() }), "ff ff ff");
  await client.end();
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

in5(
  "[U5-022] [U5-024] [U5-025] [U5-026] [U5-027] [U5-028] a Will Property that comes twice is refused",
  async (mqtt) => {
    const twice = {
      willDelayInterval: "18 00000001",
      payloadFormatIndicator: "01 01",
      messageExpiryInterval: "02 00000001",
      contentType: '03 <"t">',
      responseTopic: '08 <"r">',
      correlationData: '09 <"c">',
    };
    for (const property of Object.values(twice)) {
      const head = '<"MQTT"> 05 06 003c [] <"a">';
      await mqtt.isRefused(`10 [ ${head} [ ${property} ${property} ] <"${mqtt.topic()}"> <"w"> ]`, 0x82);
    }
  },
);

in5("[U5-007] properties that do not belong to a Will are refused", async (mqtt) => {
  for (const property of ["11 00000001", "21 0001", "23 0001", '1f <"r">', "0b 01", "7f 00"]) {
    await mqtt.isRefused(`10 [ <"MQTT"> 05 06 003c [] <"a"> [ ${property} ] <"${mqtt.topic()}"> <"w"> ]`, 0x81, 0x82);
  }
});

in5("[U5-023] the Payload Format Indicator of a Will is passed on with it", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const will = { topic, payload: "Grüße", properties: { payloadFormatIndicator: 1 } };
  (await mqtt.connect({ will })).raw.destroy();
  expect(await listener.message()).toMatchObject({ text: "Grüße", properties: { payloadFormatIndicator: 1 } });
});
