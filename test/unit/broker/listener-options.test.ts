import { once } from "node:events";
import { connect as openSocket } from "node:net";
import { describe, expect, test } from "vitest";
import { type ListenerOptions, Users } from "../../../src/broker/index.ts";
import { PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { connectPacket, PacketClient } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

const { CONNACK, DISCONNECT } = PacketType;
const broker = { maximumPacketSize: 10_000, topicAliasMaximum: 32, receiveMaximum: 1000, maximumKeepAlive: 600 };
const own: ListenerOptions = {
  maximumPacketSize: 500,
  maximumConnectSize: 200,
  maximumClientIdLength: 30,
  maximumKeepAlive: 5,
  maximumQoS: 1,
  topicAliasMaximum: 2,
  outgoingTopicAliasMaximum: 1,
  receiveMaximum: 3,
  maximumInFlight: 2,
  connectTimeout: 1000,
};

/** One broker with two listeners: one as the broker, one with options of its own. */
async function start(options: ListenerOptions = own, parts: Parameters<typeof RunningBroker.start>[0] = {}) {
  const running = await RunningBroker.start({ ...parts, options: { ...broker, ...parts.options } });
  const { host, port } = await running.broker.listen({ host: "127.0.0.1", port: 0 }, options);
  return { running, plain: running.at, narrow: { host, port } };
}

test("each listener tells its own limits in CONNACK", async () => {
  const { plain, narrow } = await start();
  const there = await PacketClient.connect(plain, { keepAlive: 60 });
  expect(there.connack?.properties).toEqual(
    expect.objectContaining({ maximumPacketSize: 10_000, receiveMaximum: 1000, topicAliasMaximum: 32 }),
  );
  expect(there.connack?.properties).not.toHaveProperty("maximumQoS");
  expect(there.connack?.properties).not.toHaveProperty("serverKeepAlive");
  const here = await PacketClient.connect(narrow, { keepAlive: 60 });
  expect(here.connack?.properties).toEqual(
    expect.objectContaining({
      maximumPacketSize: 500,
      receiveMaximum: 3,
      topicAliasMaximum: 2,
      maximumQoS: 1,
      serverKeepAlive: 5,
    }),
  );
});

describe("what goes beyond them ends the connection, and not that of others", () => {
  test.each<[string, number, (client: PacketClient) => void]>([
    ["a packet", ReasonCode.PACKET_TOO_LARGE, (client) => client.publish("a", "x".repeat(600))],
    ["[MQTT-3.2.2-11] a QoS", ReasonCode.QOS_NOT_SUPPORTED, (client) => client.publish("a", "x", { qos: 2 })],
    [
      "a topic alias",
      ReasonCode.TOPIC_ALIAS_INVALID,
      (client) => client.publish("a", "x", { properties: { topicAlias: 3 } }),
    ],
  ])("%s", async (_name, reasonCode, act) => {
    const { plain, narrow } = await start();
    const here = await PacketClient.connect(narrow);
    const there = await PacketClient.connect(plain);
    act(here);
    expect(await here.ended()).toMatchObject([{ type: DISCONNECT, reasonCode }]);
    act(there);
    expect((await there.settled()).some(({ type }) => type === DISCONNECT)).toBe(false);
  });

  test("[MQTT-3.3.4-9] unreleased QoS 2 messages", async () => {
    const { narrow } = await start({ receiveMaximum: 3 });
    const client = await PacketClient.connect(narrow);
    for (let n = 0; n < 4; n += 1) client.publish("a", "x", { qos: 2 });
    expect((await client.ended()).at(-1)).toMatchObject({ reasonCode: ReasonCode.RECEIVE_MAXIMUM_EXCEEDED });
  });

  test("a CONNECT that is too large, and a client id that is too long", async () => {
    const { plain, narrow } = await start();
    const large = await PacketClient.open(narrow);
    large.send(connectPacket({ properties: { userProperties: [["k", "v".repeat(300)]] } }));
    expect((await large.ended()).filter(({ type }) => type === CONNACK)).not.toMatchObject([{ reasonCode: 0 }]);
    const clientId = "i".repeat(31);
    const { connack } = await PacketClient.connect(narrow, { clientId });
    expect(connack?.reasonCode).toBe(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    expect((await PacketClient.connect(plain, { clientId })).connack?.reasonCode).toBe(0);
  });

  test("a CONNECT that does not come", async () => {
    const clock = new TurnedClock();
    const { running, plain, narrow } = await start(own, { clock });
    const slow = await PacketClient.open(narrow);
    const patient = await PacketClient.open(plain);
    await running.swept();
    clock.advance(1100);
    await slow.ended();
    patient.send(connectPacket());
    expect(await patient.nextOf(CONNACK)).toMatchObject({ reasonCode: 0 });
  });
});

describe("Maximum QoS", () => {
  test("[MQTT-3.2.2-10] a subscription above it is granted less, and delivered so", async () => {
    const { plain, narrow } = await start();
    const here = await PacketClient.connect(narrow);
    expect(await here.subscribe([{ filter: "a", qos: 2 }])).toMatchObject({ reasonCodes: [1] });
    const there = await PacketClient.connect(plain);
    there.publish("a", "x", { qos: 2 });
    expect(await here.next()).toMatchObject({ type: PacketType.PUBLISH, qos: 1 });
  });
  test("[MQTT-3.2.2-12] a Will above it is refused", async () => {
    const { narrow } = await start();
    const will = { topic: "a", payload: Buffer.from("x"), qos: 2, retain: false, properties: {} } as const;
    const { connack } = await PacketClient.connect(narrow, { will });
    expect(connack?.reasonCode).toBe(ReasonCode.QOS_NOT_SUPPORTED);
  });
  test("a client of 3.1.1 learns it from the end of the connection", async () => {
    const { narrow } = await start();
    const client = await PacketClient.connect(narrow, { protocolVersion: 4 });
    client.publish("a", "x", { qos: 2 });
    expect(await client.ended()).toEqual([]);
  });
});

test("a client takes as many messages at once as its listener allows", async () => {
  const { plain, narrow } = await start();
  const here = await PacketClient.connect(narrow, { properties: { topicAliasMaximum: 10 } });
  await here.subscribe([{ filter: "#", qos: 1 }]);
  const there = await PacketClient.connect(plain);
  for (const topic of ["a", "b", "c", "d"]) there.publish(topic, "x", { qos: 1 });
  await there.take(4);
  const messages = (await here.settled()).filter(({ type }) => type === PacketType.PUBLISH);
  expect(messages).toMatchObject([{ properties: { topicAlias: 1 } }, { properties: {} }]);
});

test.each([
  [{ allowsAnonymous: true }, 0],
  [{ allowsAnonymous: false }, ReasonCode.NOT_AUTHORIZED],
  [{}, ReasonCode.NOT_AUTHORIZED],
])("clients without name: %j", async (options, reasonCode) => {
  const auth = new Users({ passwords: new Map(), allowsAnonymous: false });
  const { plain, narrow } = await start(options, { auth });
  expect((await PacketClient.connect(narrow)).connack?.reasonCode).toBe(reasonCode);
  expect((await PacketClient.connect(plain)).connack?.reasonCode).toBe(ReasonCode.NOT_AUTHORIZED);
});

test.each([
  ["a listener's own", {}, { handshakeTimeout: 100 }],
  ["the broker's", { handshakeTimeout: 100 }, {}],
])("what comes before MQTT has its time: %s", async (_, options, ofListener) => {
  const { broker, events } = await RunningBroker.start({ options });
  const { host, port } = await broker.listen({ scheme: "ws", host: "127.0.0.1", port: 0 }, ofListener);
  const socket = openSocket({ host, port }).resume();
  await once(socket, "close");
  expect(events).toMatchObject([
    { name: "onRefused", details: [expect.anything(), undefined, 0x80, expect.stringMatching(/0\.1 s$/)] },
  ]);
});
