import { expect } from "vitest";
import { in5, in31, in311, inAll, inBoth, refusedWith, withBroker } from "./support/conformance.ts";
import { connect, PINGREQ, subscribe } from "./support/write.ts";

inAll(
  "[MQTT-3.2.0-1] [3:MQTT-3.2.0-1] CONNACK is the first packet of the broker, also when messages are waiting",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const before = await mqtt.connect({ clientId, persistent: true });
    await before.subscribe({ filter: topic, qos: 1 });
    await before.disconnect();
    await (await mqtt.connect()).publish({ topic, payload: "waits", qos: 1 });
    // connect() fails if anything but a CONNACK comes first.
    const after = await mqtt.connect({ clientId, persistent: true });
    expect((await after.take()).text).toBe("waits");
  },
);

inAll("[MQTT-3.2.0-2] there is one CONNACK per connection, whatever is sent", async (mqtt) => {
  const client = await mqtt.open();
  const { version } = mqtt;
  client.send(
    connect(version, { clientId: mqtt.clientId() }),
    PINGREQ,
    connect(version, { clientId: mqtt.clientId() }),
  );
  const packets = await client.end();
  expect(packets.filter(({ type }) => type === "CONNACK").length).toBe(1);
});

inBoth("[MQTT-3.2.2-1] the Connect Acknowledge Flags are 0, or 1 for a session", async (mqtt) => {
  const clientId = mqtt.clientId();
  const first = await mqtt.connect({ clientId, persistent: true });
  expect(first.connack.bytes[2]).toBe(0);
  await first.disconnect();
  expect((await mqtt.connect({ clientId, persistent: true })).connack.bytes[2]).toBe(1);
});

in31("[3.1 session present] MQTT 3.1 has no Session Present: the byte stays 0", async (mqtt) => {
  const clientId = mqtt.clientId();
  await (await mqtt.connect({ clientId, persistent: true })).disconnect();
  expect((await mqtt.connect({ clientId, persistent: true })).connack.bytes.toString("hex")).toBe("20020000");
});

inBoth(
  "[MQTT-3.2.2-2] [3:MQTT-3.2.2-1] Clean Start: Session Present is 0 although there was a session",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    await (await mqtt.connect({ clientId, persistent: true })).disconnect();
    const { connack } = await mqtt.connect({ clientId, clean: true });
    expect(connack).toMatchObject({ code: 0, sessionPresent: false });
  },
);

inBoth(
  "[MQTT-3.2.2-3] [3:MQTT-3.2.2-2] [3:MQTT-3.2.2-3] Session Present tells whether there was a session",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId, persistent: true });
    expect(first.connack).toMatchObject({ code: 0, sessionPresent: false });
    await first.disconnect();
    const second = await mqtt.connect({ clientId, persistent: true });
    expect(second.connack).toMatchObject({ code: 0, sessionPresent: true });
  },
);

in5(
  "[MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-3.2.2-8] [U5-029] a refusing CONNACK has Session Present 0, one of its codes, and ends the connection",
  async (mqtt) => {
    const clientId = mqtt.clientId();
    await (await mqtt.connect({ clientId, persistent: true })).disconnect();
    // There is a session of this client; still the answer to a bad CONNECT does not speak of it.
    const client = await mqtt.attempt({
      clientId,
      clean: false,
      properties: { authenticationMethod: "no such method" },
    });
    await refusedWith(client, 0x8c, 0x87);
  },
);

in311(
  "[3:MQTT-3.2.2-4] [3:MQTT-3.2.2-5] a refusing CONNACK has Session Present 0, and ends the connection",
  async (mqtt) => {
    const client = await mqtt.attempt({ clientId: "", clean: false });
    const connack = await refusedWith(client, 2);
    expect(connack?.bytes.toString("hex")).toBe("20020002");
  },
);

in311("[3:MQTT-3.2.2-6] where no return code says it, there is no CONNACK", async (mqtt) => {
  await mqtt.isRefused('10 [ <"MQTT"> 04 03 003c <"a"> ]');
  await mqtt.isRefused('10 [ <"MQTT"> 04 1e 003c <"a"> <"w"> <"w"> ]');
});

const alwaysBusy = withBroker({ auth: { authenticate: async () => ({ reasonCode: 0x97 }) } });

alwaysBusy.in311(
  "[3:MQTT-3.2.2-6] a reason that 3.1.1 has no code for becomes one of its five, or silence",
  async (mqtt) => {
    const client = await mqtt.attempt({ clientId: mqtt.clientId() });
    const frames = await client.raw.end();
    expect(["", "20020003", "20020005"]).toContain(frames.map((frame) => frame.toString("hex")).join());
  },
);

// 3.2.2.3: what the broker announces

in5(
  "[U5-030] [U5-031] [U5-032] [U5-034] [U5-037] [U5-039] [U5-040] [U5-041] [U5-042] [U5-044] [U5-046] [U5-048] [U5-049] [U5-050] [U5-051] [U5-052] CONNACK has each property once, with a legal value",
  async (mqtt) => {
    // Reading fails for a property that comes twice, does not belong there, or is a flag other than 0 or 1.
    const answers = [
      await mqtt.connect({ clientId: "" }),
      await mqtt.connect({
        keepAlive: 0,
        properties: { requestResponseInformation: 1, sessionExpiryInterval: 0xffff_ffff },
      }),
    ];
    for (const { connack } of answers) {
      const { receiveMaximum = 1, maximumPacketSize = 1 } = connack.properties;
      expect(receiveMaximum).toBeGreaterThan(0);
      expect(maximumPacketSize).toBeGreaterThan(0);
    }
  },
);

in5("[MQTT-3.2.2-16] an Assigned Client Identifier is nobody else's", async (mqtt) => {
  const ids = new Set<string>();
  for (let count = 0; count < 10; count += 1) {
    const { connack } = await mqtt.connect({ clientId: "" });
    expect(connack.sessionPresent).toBe(false);
    ids.add(connack.properties.assignedClientIdentifier ?? "");
  }
  expect(ids.size).toBe(10);
});

in5("[MQTT-3.2.2-16] a client that brought its identifier is assigned none", async (mqtt) => {
  expect((await mqtt.connect()).connack.properties.assignedClientIdentifier).toBe(undefined);
});

in5("[MQTT-3.2.2-10] SUBSCRIBE with QoS 0, 1 and 2 is accepted, whatever the broker publishes with", async (mqtt) => {
  const client = await mqtt.connect();
  const { maximumQoS = 2 } = client.connack.properties;
  const { codes } = await client.subscribe([0, 1, 2].map((qos) => ({ filter: mqtt.topic(`${qos}`), qos })));
  expect(codes).toEqual([0, 1, 2].map((qos) => Math.min(qos, maximumQoS)));
});

in5("[MQTT-4.12.0-6] without a method in CONNECT there is none in CONNACK, and no AUTH", async (mqtt) => {
  const client = await mqtt.connect();
  expect(client.connack.properties).not.toHaveProperty("authenticationMethod");
  expect(client.connack.properties).not.toHaveProperty("authenticationData");
  await client.quiet();
});

const limited = withBroker({ options: { receiveMaximum: 7, maximumPacketSize: 1_234, topicAliasMaximum: 3 } });

limited.in5("[5.0 limits] the broker tells its limits", async (mqtt) => {
  const { connack } = await mqtt.connect();
  expect(connack.properties).toMatchObject({ receiveMaximum: 7, maximumPacketSize: 1_234, topicAliasMaximum: 3 });
});

limited.in5(
  "[U5-038] a packet above the broker's Maximum Packet Size ends the connection with 0x95, from its header alone",
  async (mqtt) => {
    await mqtt.offends("30 d3 09", 0x95);
    const client = await mqtt.connect();
    // A whole packet of 1,234 bytes may be sent.
    client.send("30 [ 0001 61 00 00*1227 ]", subscribe(5, 1, [{ filter: mqtt.topic() }]));
    await client.expect("SUBACK");
  },
);

limited.in311("[3.1.1 packet size] a packet above the limit ends the connection", async (mqtt) => {
  await mqtt.offends("30 d3 09");
});
