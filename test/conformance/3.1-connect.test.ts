import { expect } from "vitest";
import type { Auth } from "../../src/broker/index.ts";
import { in5, in31, in311, inAll, inBoth, refusedWith, withBroker } from "./support/conformance.ts";
import { connect, PINGREQ, publish, subscribe } from "./support/write.ts";

// The variable header of a CONNECT up to its payload, for the tests that spell out what is wrong with one.
const HEADS = { 3: '<"MQIsdp"> 03', 4: '<"MQTT"> 04', 5: '<"MQTT"> 05' } as const;
const NO_PROPERTIES = { 3: "", 4: "", 5: "[]" } as const;

/** What mqtk answers to a CONNECT that is not well-formed: 0x81 in 5.0; 3.1.1 asks for silence [MQTT-3.1.4-1]. */
const malformed = { 3: [], 4: [], 5: [0x81] } as const;
const wrong = { 3: [], 4: [], 5: [0x81, 0x82] } as const;

// 3.1.0: CONNECT comes first, and once

inAll(
  "[MQTT-3.1.0-1] [3:MQTT-3.1.0-1] whatever comes before CONNECT ends the connection without an answer",
  async (mqtt) => {
    for (const first of [PINGREQ, publish(mqtt.version, { topic: mqtt.topic() }), "e0 00", "20 02 00 00", "f0 00"]) {
      await mqtt.isRefused(first);
    }
  },
);

inAll("[MQTT-3.1.0-2] [3:MQTT-3.1.0-2] a second CONNECT ends the connection", async (mqtt) => {
  await mqtt.offends(connect(mqtt.version, { clientId: mqtt.clientId() }), 0x82);
});

inBoth("[MQTT-3.1.0-2] [3:MQTT-3.1.0-2] a second CONNECT opens no session of its own", async (mqtt) => {
  const clientId = mqtt.clientId();
  const properties = mqtt.version === 5 ? { sessionExpiryInterval: 60 } : {};
  await mqtt.offends(connect(mqtt.version, { clientId, clean: false, properties }), 0x82);
  const { connack } = await mqtt.connect({ clientId, persistent: true });
  expect(connack.sessionPresent).toBe(false);
});

// 3.1.2.1, 3.1.2.2: protocol name and version

inAll("[MQTT-3.1.2-1] [3:MQTT-3.1.2-1] another protocol name is not let in", async (mqtt) => {
  for (const name of ["MQTX", "mqtt", "MQTTT", "MQT", ""]) {
    const client = await mqtt.open();
    client.send(`10 [ <"${name}"> 0${mqtt.version} 02 003c ${NO_PROPERTIES[mqtt.version]} <"a"> ]`);
    const frames = await client.raw.end();
    // Saying that this is MQTT is allowed, as a CONNACK with 0x84; letting the client in is not.
    expect(frames.length).toBeLessThanOrEqual(1);
    expect([undefined, 0x84]).toContain(frames[0]?.[3]);
  }
});

in311("[3:MQTT-3.1.2-1] MQIsdp belongs to level 3 and MQTT to level 4", async (mqtt) => {
  const client = await mqtt.open();
  client.send('10 [ <"MQIsdp"> 04 02 003c <"a"> ]');
  const frames = await client.raw.end();
  expect([undefined, 1]).toContain(frames[0]?.[3]);
});

in311("[3:MQTT-3.1.2-2] an unsupported protocol level is answered with return code 0x01", async (mqtt) => {
  for (const level of ["00", "02", "03"]) {
    const client = await mqtt.open();
    client.send(`10 [ <"MQTT"> ${level} 02 003c <"a"> ]`);
    const frames = (await client.raw.end()).map((frame) => frame.toString("hex"));
    expect(frames, `level ${level}`).toEqual(["20020001"]);
  }
});

in5("[MQTT-3.1.2-2] an unsupported protocol version ends the connection; a CONNACK may say why", async (mqtt) => {
  for (const version of ["03", "06", "ff"]) {
    const client = await mqtt.open();
    client.send(`10 [ <"MQTT"> ${version} 02 003c [] <"a"> ]`);
    const frames = await client.raw.end();
    expect(frames.length).toBeLessThanOrEqual(1);
    // The return code of 3.1.1 for levels that cannot read a CONNACK of 5.0.
    expect(version === "03" ? [undefined, 0x01] : [undefined, 0x01, 0x84]).toContain(frames[0]?.[3]);
  }
});

// 3.1.2.3 and following: flags

inBoth("[MQTT-3.1.2-3] [3:MQTT-3.1.2-3] [U5-009] the reserved Connect Flag must be 0", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(`10 [ ${HEADS[version]} 03 003c ${NO_PROPERTIES[version]} <"a"> ]`, ...malformed[version]);
});

in31("[3.1 flags] the reserved Connect Flag has no meaning and is ignored", async (mqtt) => {
  const client = await mqtt.open();
  client.send(`10 [ ${HEADS[3]} 03 003c <"${mqtt.clientId()}"> ]`);
  expect((await client.expect("CONNACK")).code).toBe(0);
});

inBoth("[MQTT-3.1.2-9] [3:MQTT-3.1.2-9] the Will Flag without Will Topic and Will Message is refused", async (mqtt) => {
  const { version } = mqtt;
  const head = `${HEADS[version]} 06 003c ${NO_PROPERTIES[version]}`;
  for (const payload of ['<"a">', `<"a"> ${NO_PROPERTIES[version]} <"${mqtt.topic()}">`]) {
    await mqtt.isRefused(`10 [ ${head} ${payload} ]`, ...malformed[version]);
  }
});

in5(
  "[MQTT-3.1.2-9] Will Properties are a field of their own: without their length the Will is misread and refused",
  async (mqtt) => {
    await mqtt.isRefused(`10 [ ${HEADS[5]} 06 003c [] <"a"> <"${mqtt.topic()}"> <"w"> ]`, 0x81, 0x82);
  },
);

inBoth("[3:MQTT-3.1.2-11] without Will Flag the fields of a Will must not be there", async (mqtt) => {
  const { version } = mqtt;
  const will = `${NO_PROPERTIES[version]} <"${mqtt.topic()}"> <"w">`;
  await mqtt.isRefused(
    `10 [ ${HEADS[version]} 02 003c ${NO_PROPERTIES[version]} <"a"> ${will} ]`,
    ...malformed[version],
  );
});

inBoth("[MQTT-3.1.2-11] [3:MQTT-3.1.2-11] [3:MQTT-3.1.2-13] Will QoS without Will Flag is refused", async (mqtt) => {
  const { version } = mqtt;
  for (const flags of ["0a", "12", "1a"]) {
    await mqtt.isRefused(`10 [ ${HEADS[version]} ${flags} 003c ${NO_PROPERTIES[version]} <"a"> ]`, ...wrong[version]);
  }
});

inBoth("[MQTT-3.1.2-13] [3:MQTT-3.1.2-11] [3:MQTT-3.1.2-15] Will Retain without Will Flag is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(`10 [ ${HEADS[version]} 22 003c ${NO_PROPERTIES[version]} <"a"> ]`, ...wrong[version]);
});

inAll("[MQTT-3.1.2-12] [3:MQTT-3.1.2-14] a Will may have QoS 0, 1 or 2", async (mqtt) => {
  for (const qos of [0, 1, 2]) {
    const client = await mqtt.connect({ will: { topic: mqtt.topic(), payload: "w", qos } });
    await client.disconnect();
  }
});

inAll("[MQTT-3.1.2-12] [3:MQTT-3.1.2-14] [U5-010] Will QoS 3 is refused", async (mqtt) => {
  const { version } = mqtt;
  const payload = `<"a"> ${NO_PROPERTIES[version]} <"${mqtt.topic()}"> <"w">`;
  await mqtt.isRefused(`10 [ ${HEADS[version]} 1e 003c ${NO_PROPERTIES[version]} ${payload} ]`, ...malformed[version]);
});

inBoth("[MQTT-3.1.2-16] [3:MQTT-3.1.2-18] a User Name without its flag is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(
    `10 [ ${HEADS[version]} 02 003c ${NO_PROPERTIES[version]} <"a"> <"user"> ]`,
    ...malformed[version],
  );
});

inBoth("[MQTT-3.1.2-17] [3:MQTT-3.1.2-19] the User Name Flag without User Name is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(`10 [ ${HEADS[version]} 82 003c ${NO_PROPERTIES[version]} <"a"> ]`, ...malformed[version]);
});

inBoth("[MQTT-3.1.2-18] [3:MQTT-3.1.2-20] a Password without its flag is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(
    `10 [ ${HEADS[version]} 82 003c ${NO_PROPERTIES[version]} <"a"> <"user"> <"secret"> ]`,
    ...malformed[version],
  );
});

inBoth("[MQTT-3.1.2-19] [3:MQTT-3.1.2-21] the Password Flag without Password is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(
    `10 [ ${HEADS[version]} c2 003c ${NO_PROPERTIES[version]} <"a"> <"user"> ]`,
    ...malformed[version],
  );
});

in311("[3:MQTT-3.1.2-22] a Password without User Name is refused", async (mqtt) => {
  await mqtt.isRefused(`10 [ ${HEADS[4]} 42 003c <"a"> <"secret"> ]`);
});

in5("[5.0 password] a Password without User Name is legal", async (mqtt) => {
  await mqtt.connect({ password: "secret" });
});

inAll(
  "[MQTT-3.1.2-17] [MQTT-3.1.2-19] [3:MQTT-3.1.2-19] [3:MQTT-3.1.2-21] User Name and Password, also empty ones, are read",
  async (mqtt) => {
    await mqtt.connect({ userName: "user", password: "secret" });
    await mqtt.connect({ userName: "", password: "" });
  },
);

// 3.1.3: payload

inAll("[MQTT-3.1.3-1] [3:MQTT-3.1.3-1] all fields in their order are understood", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: "will" }, userName: "user", password: "secret" });
  client.raw.finish();
  expect((await listener.message()).text).toBe("will");
});

inBoth("[MQTT-3.1.3-2] [3:MQTT-3.1.3-2] the Client Identifier finds the session, byte by byte", async (mqtt) => {
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, persistent: true });
  await first.disconnect();
  const other = await mqtt.connect({ clientId: clientId.toUpperCase(), persistent: true });
  expect(other.connack.sessionPresent).toBe(false);
  const same = await mqtt.connect({ clientId, persistent: true });
  expect(same.connack.sessionPresent).toBe(true);
});

inAll("[MQTT-3.1.3-3] [3:MQTT-3.1.3-3] a CONNECT without Client Identifier field is refused", async (mqtt) => {
  const { version } = mqtt;
  await mqtt.isRefused(`10 [ ${HEADS[version]} 02 003c ${NO_PROPERTIES[version]} ]`, ...malformed[version]);
});

inAll("[MQTT-3.1.3-4] [3:MQTT-3.1.3-4] a Client Identifier that is not UTF-8 is refused", async (mqtt) => {
  const { version } = mqtt;
  for (const id of ["61 ff", "c3 28", "ed a0 80", "61 00 62"]) {
    await mqtt.isRefused(`10 [ ${HEADS[version]} 02 003c ${NO_PROPERTIES[version]} < ${id} > ]`, ...malformed[version]);
  }
});

inAll("[MQTT-3.1.3-5] [3:MQTT-3.1.3-5] identifiers of 1 to 23 letters and digits are allowed", async (mqtt) => {
  for (const clientId of [
    "z",
    "0",
    mqtt.clientId().padEnd(23, "Zz9"),
    "ABCDEFGHIJKLMNOPQRSTUVW",
    "xyzXYZ0123456789abcdefg",
  ]) {
    await (await mqtt.connect({ clientId })).disconnect();
  }
});

in5(
  "[MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16] an empty Client Identifier gets a new one, told in CONNACK",
  async (mqtt) => {
    const one = await mqtt.connect({ clientId: "" });
    const other = await mqtt.connect({ clientId: "" });
    const ids = [one, other].map(({ connack }) => connack.properties.assignedClientIdentifier ?? "");
    expect(ids).not.toContain("");
    expect(new Set(ids).size).toBe(2);
  },
);

in5("[MQTT-3.1.3-7] the session of an assigned Client Identifier can be resumed under it", async (mqtt) => {
  const first = await mqtt.connect({ clientId: "", persistent: true });
  const clientId = first.connack.properties.assignedClientIdentifier ?? "";
  await first.subscribe(mqtt.topic());
  await first.disconnect();
  const second = await mqtt.connect({ clientId, persistent: true });
  expect(second.connack.sessionPresent).toBe(true);
  expect(second.connack.properties.assignedClientIdentifier).toBe(undefined);
});

in311(
  "[3:MQTT-3.1.3-6] an empty Client Identifier with a clean session is let in, each one as somebody else",
  async (mqtt) => {
    const topic = mqtt.topic();
    const one = await mqtt.connect({ clientId: "" });
    const other = await mqtt.connect({ clientId: "" });
    await one.subscribe(topic);
    await other.publish({ topic, payload: "both live" });
    expect((await one.message()).text).toBe("both live");
  },
);

in311("[3:MQTT-3.1.3-8] an empty Client Identifier with CleanSession 0 gets return code 0x02", async (mqtt) => {
  const client = await mqtt.attempt({ clientId: "", clean: false });
  expect(await refusedWith(client, 2)).toBeDefined();
});

const shortIds = withBroker({ options: { maximumClientIdLength: 30 } });

shortIds.inAll(
  "[MQTT-3.1.3-8] [3:MQTT-3.1.3-9] a Client Identifier that the broker does not want is refused as such",
  async (mqtt) => {
    const client = await mqtt.attempt({ clientId: "x".repeat(31) });
    expect(await refusedWith(client, mqtt.version === 5 ? 0x85 : 2)).toBeDefined();
  },
);

inAll("[MQTT-3.1.3-11] [3:MQTT-3.1.3-10] a Will Topic that is not UTF-8 is refused", async (mqtt) => {
  const { version } = mqtt;
  const head = `${HEADS[version]} 06 003c ${NO_PROPERTIES[version]} <"a"> ${NO_PROPERTIES[version]}`;
  for (const topic of ["61 c0 80", "ed bf bf", "61 00"]) {
    await mqtt.isRefused(`10 [ ${head} < ${topic} > <"w"> ]`, ...(version === 5 ? [0x81, 0x90] : []));
  }
});

inBoth("[MQTT-3.1.3-12] [3:MQTT-3.1.3-11] a User Name that is not UTF-8 is refused", async (mqtt) => {
  const { version } = mqtt;
  const head = `${HEADS[version]} 82 003c ${NO_PROPERTIES[version]} <"${mqtt.clientId()}">`;
  for (const name of ["ff", "61 00", "e2 82"]) {
    await mqtt.isRefused(`10 [ ${head} < ${name} > ]`, ...malformed[version]);
  }
});

inAll("[5.0 password] Password and Will Message are binary: any bytes will do", async (mqtt) => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.connect({ will: { topic, payload: everyByte }, userName: "user", password: everyByte });
  client.raw.finish();
  expect((await listener.message()).payload).toEqual(everyByte);
});

// 3.1.4: actions

inBoth(
  "[MQTT-3.1.4-1] [3:MQTT-3.1.4-1] a CONNECT with bytes behind its payload, or cut off, is refused",
  async (mqtt) => {
    const { version } = mqtt;
    const head = `${HEADS[version]} 02 003c ${NO_PROPERTIES[version]}`;
    for (const rest of ['<"a"> 00', "00 05 61", "00"]) {
      await mqtt.isRefused(`10 [ ${head} ${rest} ]`, ...malformed[version]);
    }
    await mqtt.isRefused(`10 [ <"MQTT"> 0${version} 02 00 ]`, ...malformed[version]);
  },
);

inBoth("[MQTT-3.1.4-1] [3:MQTT-3.1.4-1] a CONNECT with other flags in its fixed header is refused", async (mqtt) => {
  for (const first of ["11", "12", "18", "1f"]) {
    const client = await mqtt.open();
    client.send(`${first} [ ${HEADS[mqtt.version]} 02 003c ${NO_PROPERTIES[mqtt.version]} <"a"> ]`);
    const frames = await client.raw.end();
    expect(frames.map((frame) => frame[3]).filter((code) => code === 0)).toEqual([]);
  }
});

const nobody: Auth = { authenticate: async () => ({ reasonCode: 0x86 }) };
const strangers = withBroker({ auth: nobody });

strangers.inAll(
  "[MQTT-3.1.4-2] [3:MQTT-3.2.2-5] who is not let in is told so, and the connection ends",
  async (mqtt) => {
    const client = await mqtt.attempt({ clientId: mqtt.clientId(), userName: "user", password: "wrong" });
    expect(await refusedWith(client, mqtt.version === 5 ? 0x86 : 4)).toBeDefined();
  },
);

inAll(
  "[MQTT-3.1.4-3] [3:MQTT-3.1.4-2] a second connection with the same Client Identifier ends the first",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId });
    const second = await mqtt.connect({ clientId });
    const packets = await first.end();
    if (mqtt.version === 5) {
      expect(packets).toMatchObject([{ type: "DISCONNECT", code: 0x8e }]);
    } else {
      expect(packets).toEqual([]);
    }
    await second.quiet();
  },
);

inBoth(
  "[MQTT-3.1.4-3] [3:MQTT-3.1.4-2] after a takeover the new connection has the session to itself",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId, persistent: true });
    await first.subscribe({ filter: topic, qos: 1 });
    const second = await mqtt.connect({ clientId, persistent: true });
    expect(second.connack.sessionPresent).toBe(true);
    await first.end();
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: "for the second", qos: 1 });
    expect((await second.take()).text).toBe("for the second");
    await second.quiet();
  },
);

inAll("[MQTT-3.1.4-4] [3:MQTT-3.1.4-3] Clean Start is processed: what the session had is gone", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const before = await mqtt.connect({ clientId, persistent: true });
  await before.subscribe({ filter: topic, qos: 1 });
  await before.disconnect();
  const after = await mqtt.connect({ clientId });
  expect(after.connack.sessionPresent).toBe(false);
  await after.publish({ topic, payload: "nobody subscribed", qos: 1 });
  await after.quiet();
});

inAll("[MQTT-3.1.4-5] [3:MQTT-3.1.4-4] a proper CONNECT is acknowledged with CONNACK 0x00", async (mqtt) => {
  const { connack } = await mqtt.connect();
  expect(connack.code).toBe(0);
  expect([...connack.bytes.subarray(0, 1), ...connack.bytes.subarray(2, 4)]).toEqual([0x20, 0, 0]);
});

inAll("[MQTT-3.1.4-6] [3:MQTT-3.1.4-5] nothing behind a refused CONNECT is processed", async (mqtt) => {
  const { version } = mqtt;
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const client = await mqtt.open();
  client.send(
    connect(version, { clientId: mqtt.clientId(), will: { topic: `${topic}/#`, payload: "w" } }),
    publish(version, { topic, payload: "must not arrive" }),
    subscribe(version, 1, [{ filter: topic }]),
  );
  const packets = await client.end();
  expect(packets.filter(({ type }) => type !== "CONNACK")).toEqual([]);
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect((await listener.message()).text).toBe("marker");
});

const slowly: Auth = {
  authenticate: async ({ userName }) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return userName === "known"
      ? { identity: "", permissions: { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true } }
      : { reasonCode: 0x87 };
  },
};
const asynchronous = withBroker({ auth: slowly });

asynchronous.inAll(
  "[MQTT-3.1.4-6] [3:MQTT-3.1.4-5] what is sent before the decision waits for it, and is forgotten if it is no",
  async (mqtt) => {
    const { version } = mqtt;
    const topic = mqtt.topic();
    const known = await mqtt.open();
    known.send(
      connect(version, { clientId: mqtt.clientId(), userName: "known" }),
      subscribe(version, 1, [{ filter: topic }]),
      PINGREQ,
    );
    const order = [await known.next(), await known.next(), await known.next()].map(({ type }) => type);
    expect(order).toEqual(["CONNACK", "SUBACK", "PINGRESP"]);
    const unknown = await mqtt.open();
    unknown.send(
      connect(version, { clientId: mqtt.clientId(), userName: "unknown" }),
      publish(version, { topic, payload: "must not arrive" }),
    );
    expect(await refusedWith(unknown, version === 5 ? 0x87 : 5)).toBeDefined();
    await known.quiet();
  },
);

asynchronous.inAll(
  "[MQTT-3.1.2-7] [3:MQTT-3.1.2-8] who is not let in leaves no Will behind, and disturbs nobody of the same name",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const victim = await mqtt.connect({ clientId, userName: "known", persistent: true });
    await victim.subscribe({ filter: topic, qos: 1 });
    const stranger = await mqtt.attempt({
      clientId,
      userName: "stranger",
      will: { topic, payload: "must not arrive" },
    });
    await refusedWith(stranger, mqtt.version === 5 ? 0x87 : 5);
    await victim.publish({ topic, payload: "marker" });
    expect((await victim.message()).text).toBe("marker");
  },
);

asynchronous.inAll(
  "[MQTT-3.1.4-3] [3:MQTT-3.1.4-2] of clients of one name that come at the same time one stays",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => mqtt.attempt({ clientId, userName: "known", clean: false })),
    );
    for (const client of clients) {
      expect((await client.expect("CONNACK")).code).toBe(0);
    }
    const isOpen = () => clients.filter(({ raw }) => !raw.isClosed);
    await clients[0]?.raw.until(() => isOpen().length <= 4, "a takeover");
    for (const client of clients) {
      client.send("c0 00");
      await client.raw.until(() => client.raw.isClosed || client.raw.frames.length > 0, "an end or an answer");
    }
    const alive = [];
    for (const client of clients) {
      const frames = client.raw.frames.map((frame) => frame[0]);
      if (frames.includes(0xd0)) {
        alive.push(client);
      }
    }
    expect(alive.length).toBe(1);
  },
);

inBoth("[5.0 pipelining] packets sent right behind CONNECT are processed once it is accepted", async (mqtt) => {
  const { version } = mqtt;
  const topic = mqtt.topic();
  const client = await mqtt.open();
  client.send(
    connect(version, { clientId: mqtt.clientId() }),
    subscribe(version, 1, [{ filter: topic, qos: 0 }]),
    publish(version, { topic, payload: "early" }),
  );
  await client.expect("CONNACK");
  await client.expect("SUBACK");
  expect((await client.message()).text).toBe("early");
});
