import { expect } from "vitest";
import type { Auth, Permissions } from "../../src/broker/index.ts";
import { closedWith, in5, in311, type Mqtt, refusedWith, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { auth, connect, PINGREQ, publish } from "./support/write.ts";

// 3.15 and 4.12: AUTH

// Without any method, as a broker is by default

in5(
  "[MQTT-4.12.0-1] an Authentication Method that the broker does not have is refused with 0x8C or 0x87",
  async (mqtt) => {
    const properties = { authenticationMethod: "no such method" };
    await refusedWith(await mqtt.attempt({ clientId: mqtt.clientId(), properties }), 0x8c, 0x87);
    const withData = { ...properties, authenticationData: Buffer.from("data") };
    await refusedWith(await mqtt.attempt({ clientId: mqtt.clientId(), properties: withData }), 0x8c, 0x87);
  },
);

in5(
  "[MQTT-4.12.0-6] [MQTT-4.12.0-7] [U5-082] AUTH without a method in CONNECT ends the connection with 0x82",
  async (mqtt) => {
    await mqtt.offends(auth(0x19, "method"), 0x82);
    await mqtt.offends(auth(0x18, "method", "data"), 0x82);
    await mqtt.offends("f0 00", 0x82, 0x81);
  },
);

in5("[MQTT-3.15.1-1] AUTH with flags ends the connection", async (mqtt) => {
  for (const first of ["f1", "f2", "f4", "f8"]) {
    await mqtt.offends(`${first} 00`, 0x81);
  }
});

in311("[3:MQTT-2.2.2-2] 3.1.1 has no AUTH", async (mqtt) => {
  await mqtt.offends("f0 00");
  await mqtt.offends(auth(0x19, "method"));
});

// With a method

const permissions: Permissions = { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true };

/** Asks for a name, then for a word; who says "please" is let in. */
const polite: Auth = {
  authenticate: async ({ method, data, clientId }) => {
    if (method === undefined) {
      return { identity: clientId, permissions };
    }
    if (method !== "POLITE") {
      return { reasonCode: 0x8c };
    }
    const word = {
      challenge: Buffer.from("word?"),
      respond: async (answer: Uint8Array | undefined) =>
        String(answer) === "please" || Buffer.from(answer ?? []).toString() === "please"
          ? { identity: clientId, permissions, data: Buffer.from("welcome") }
          : ({ reasonCode: 0x87 } as const),
    };
    return data === undefined ? { challenge: Buffer.from("name?"), respond: async () => word } : word;
  },
};
const withMethod = withBroker({ auth: polite });

/** A client that begins to authenticate; it has heard the first challenge. */
async function begin(mqtt: Mqtt, clientId = mqtt.clientId()): Promise<MqttClient> {
  const client = await mqtt.open();
  client.send(connect(5, { clientId, properties: { authenticationMethod: "POLITE" } }));
  expect(await client.expect("AUTH")).toMatchObject({
    code: 0x18,
    properties: { authenticationMethod: "POLITE", authenticationData: Buffer.from("name?") },
  });
  return client;
}

async function authenticated(mqtt: Mqtt): Promise<MqttClient> {
  const client = await begin(mqtt);
  client.send(auth(0x18, "POLITE", "me"));
  expect((await client.expect("AUTH")).code).toBe(0x18);
  client.send(auth(0x18, "POLITE", "please"));
  expect((await client.expect("CONNACK")).code).toBe(0);
  return client;
}

withMethod.in5(
  "[MQTT-4.12.0-2] [MQTT-4.12.0-5] [MQTT-3.15.2-1] an exchange: AUTH 0x18 to and fro, the method in each and in CONNACK",
  async (mqtt) => {
    const client = await begin(mqtt);
    client.send(auth(0x18, "POLITE", "me"));
    expect(await client.expect("AUTH")).toMatchObject({
      code: 0x18,
      properties: { authenticationMethod: "POLITE", authenticationData: Buffer.from("word?") },
    });
    client.send(auth(0x18, "POLITE", "please"));
    expect(await client.expect("CONNACK")).toMatchObject({
      code: 0,
      properties: { authenticationMethod: "POLITE", authenticationData: Buffer.from("welcome") },
    });
    await client.quiet();
  },
);

withMethod.in5("[MQTT-4.12.0-4] the broker may end the exchange with a refusing CONNACK, and closes", async (mqtt) => {
  const client = await begin(mqtt);
  client.send(auth(0x18, "POLITE", "me"));
  await client.expect("AUTH");
  client.send(auth(0x18, "POLITE", "now!"));
  await refusedWith(client, 0x87);
});

withMethod.in5("[MQTT-4.12.0-5] [U5-082] another method in the middle of an exchange ends it", async (mqtt) => {
  const client = await begin(mqtt);
  client.send(auth(0x18, "RUDE", "me"));
  await refusedWith(client, 0x82);
});

withMethod.in5(
  "[MQTT-3.1.2-30] [MQTT-3.2.0-1] until CONNACK a client says nothing but AUTH and DISCONNECT",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(topic);
    const client = await begin(mqtt);
    client.send(publish(5, { topic, payload: "must not arrive" }));
    await refusedWith(client, 0x82);
    const leaver = await begin(mqtt);
    leaver.send("e0 00");
    expect(await leaver.end()).toEqual([]);
    await (await mqtt.connect()).publish({ topic, payload: "marker" });
    expect((await listener.message()).text).toBe("marker");
  },
);

withMethod.in5(
  "[MQTT-4.12.0-6] a connection without method has no AUTH and no method, although the broker has one",
  async (mqtt) => {
    const client = await mqtt.connect();
    expect(client.connack.properties).not.toHaveProperty("authenticationMethod");
    client.send(auth(0x19, "POLITE"));
    await closedWith(client, 0x82);
  },
);

withMethod.in5(
  "[MQTT-4.12.0-5] [MQTT-3.15.2-1] [MQTT-4.12.1-1] authenticating again ends with AUTH 0x00, everything else goes on meanwhile",
  async (mqtt) => {
    const topic = mqtt.topic();
    const client = await authenticated(mqtt);
    await client.subscribe(topic);
    client.send(auth(0x19, "POLITE"));
    expect((await client.expect("AUTH")).code).toBe(0x18);
    await client.publish({ topic, payload: "meanwhile" });
    expect((await client.message()).text).toBe("meanwhile");
    client.send(auth(0x18, "POLITE", "me"), PINGREQ);
    const packets = [await client.next(), await client.next()].map(({ type }) => type).sort();
    expect(packets).toEqual(["AUTH", "PINGRESP"]);
    client.send(auth(0x18, "POLITE", "please"));
    expect(await client.expect("AUTH")).toMatchObject({
      code: 0,
      properties: { authenticationMethod: "POLITE", authenticationData: Buffer.from("welcome") },
    });
    await client.quiet();
  },
);

withMethod.in5("[MQTT-4.12.1-2] authenticating again without success ends the connection", async (mqtt) => {
  const client = await authenticated(mqtt);
  client.send(auth(0x19, "POLITE", "me"));
  await client.expect("AUTH");
  client.send(auth(0x18, "POLITE", "now!"));
  await closedWith(client, 0x87);
});

withMethod.in5(
  "[U5-082] [MQTT-4.12.1-1] authenticating again with another method, twice at a time, or without being asked, ends the connection",
  async (mqtt) => {
    const other = await authenticated(mqtt);
    other.send(auth(0x19, "RUDE"));
    await closedWith(other, 0x82);
    const twice = await authenticated(mqtt);
    twice.send(auth(0x19, "POLITE"), auth(0x19, "POLITE"));
    await closedWith(twice, 0x82);
    const unasked = await authenticated(mqtt);
    unasked.send(auth(0x18, "POLITE", "please"));
    await closedWith(unasked, 0x82);
  },
);

withMethod.in5("[U5-083] [U5-084] [U5-085] AUTH has its method, and each of its properties once", async (mqtt) => {
  const bodies = [
    "f0 00",
    "f0 [ 18 [] ]",
    'f0 [ 18 [ 16 <"data"> ] ]',
    'f0 [ 18 [ 15 <"POLITE"> 15 <"POLITE"> ] ]',
    'f0 [ 18 [ 15 <"POLITE"> 16 <"a"> 16 <"b"> ] ]',
    'f0 [ 18 [ 15 <"POLITE"> 1f <"a"> 1f <"b"> ] ]',
  ];
  for (const body of bodies) {
    const client = await authenticated(mqtt);
    client.send(body);
    await closedWith(client, 0x82, 0x81);
  }
});

withMethod.in5("[MQTT-3.15.2-1] a client's AUTH with a code that it may not send ends the connection", async (mqtt) => {
  for (const code of [0x00, 0x01, 0x80, 0x87]) {
    const client = await authenticated(mqtt);
    client.send(auth(code, "POLITE"));
    await closedWith(client, 0x82, 0x81);
  }
});

withMethod.in5(
  "[MQTT-3.15.2-2] [MQTT-3.15.2-3] the broker's AUTH is not larger than the client accepts",
  async (mqtt) => {
    const client = await mqtt.open();
    const properties = { authenticationMethod: "POLITE", maximumPacketSize: 24 };
    client.send(connect(5, { clientId: mqtt.clientId(), properties }));
    await client.raw.until(() => client.raw.isClosed || client.raw.frames.length > 0, "AUTH or the end");
    expect(client.raw.frames.filter(({ length }) => length > 24)).toEqual([]);
  },
);

withMethod.in5(
  "[MQTT-3.1.4-6] a client that fails to authenticate leaves the session of its name alone",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const victim = await mqtt.connect({ clientId, persistent: true });
    const attacker = await begin(mqtt, clientId);
    attacker.send(auth(0x18, "POLITE", "me"));
    await attacker.expect("AUTH");
    attacker.send(auth(0x18, "POLITE", "now!"));
    await refusedWith(attacker, 0x87);
    await victim.quiet();
  },
);
