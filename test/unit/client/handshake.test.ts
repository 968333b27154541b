import { describe, expect, test } from "vitest";
import { Client } from "../../../src/client/index.ts";
import { NO_PROPERTIES, PacketType, ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { UnreachableError } from "../../../src/transport/index.ts";
import { connack, connected, optionsFrom, publishPacket, TestWorld, turns, V5 } from "./test-server.ts";

/** A client that waits for its CONNACK. */
async function connecting(...[changes, handlers]: Parameters<typeof connected>) {
  const world = new TestWorld();
  const result = Client.connect(optionsFrom(changes), handlers, world);
  // The test looks at it later; until then a rejection is nobody's fault.
  result.catch(() => {});
  const server = await world.accept();
  const connect = await server.expect(PacketType.CONNECT);
  return { world, result, server, connect };
}

describe("CONNECT", () => {
  test("carries all options, in 5.0 with properties", async () => {
    const will = {
      topic: "gone",
      payload: Buffer.from("bye"),
      qos: 2,
      retain: true,
      properties: { willDelayInterval: 5, contentType: "text/plain" },
    } as const;
    const { connect } = await connecting({
      protocolVersion: ProtocolVersion.V5_0,
      clientId: "plant",
      cleanStart: false,
      keepAlive: 30,
      userName: "ann",
      password: Buffer.from("secret"),
      will,
      properties: { sessionExpiryInterval: 600, receiveMaximum: 7, userProperties: [["a", "b"]] },
    });
    expect(connect).toMatchObject({
      protocolVersion: ProtocolVersion.V5_0,
      clientId: "plant",
      cleanStart: false,
      keepAlive: 30,
      userName: "ann",
      will,
      properties: { sessionExpiryInterval: 600, receiveMaximum: 7, userProperties: [["a", "b"]] },
    });
    expect(Buffer.from(connect.password ?? []).toString()).toBe("secret");
  });

  test.each([ProtocolVersion.V3_1, ProtocolVersion.V3_1_1])(
    "of version %d says with Clean Session what becomes of the session",
    async (protocolVersion) => {
      for (const cleanStart of [true, false]) {
        const { connect } = await connecting({ protocolVersion, cleanStart });
        expect(connect).toMatchObject({ protocolVersion, cleanStart });
        expect(connect.properties.sessionExpiryInterval).toBe(cleanStart ? undefined : 0xffff_ffff);
      }
    },
  );

  test("that cannot be written is a usage error, and nothing is dialled", async () => {
    const world = new TestWorld();
    const options = optionsFrom({ clientId: "x".repeat(65_536) });
    await expect(Client.connect(options, {}, world)).rejects.toMatchObject({ code: "usage" });
    expect(world.dials).toBe(0);
  });
});

describe("a connection is there", () => {
  test("after CONNACK, with what it says", async () => {
    const { client } = await connected(V5, {}, connack({ maximumQoS: 1, reasonString: "welcome" }));
    expect(client.isConnected).toBe(true);
    expect(client.clientId).toBe("c1");
    expect(client.connack.properties).toEqual({ maximumQoS: 1, reasonString: "welcome" });
  });

  test("[MQTT-3.2.2-16] an assigned client identifier is adopted", async () => {
    const { client } = await connected({ ...V5, clientId: "" }, {}, connack({ assignedClientIdentifier: "auto-7" }));
    expect(client.clientId).toBe("auto-7");
  });

  test("and a session of an earlier process is resumed when that was asked for", async () => {
    const { client } = await connected({ ...V5, cleanStart: false }, {}, connack(NO_PROPERTIES, true));
    expect(client.connack.sessionPresent).toBe(true);
  });

  test("no handler is called before the caller has its client, though messages came with the CONNACK", async () => {
    const { result, server } = await connecting({}, { onMessage: () => events.push("message") });
    const events: string[] = [];
    server.send(connack(), publishPacket(), publishPacket());
    await result;
    events.push("client");
    await turns();
    expect(events).toEqual(["client", "message", "message"]);
  });
});

describe("a connection is refused", () => {
  test.each([
    [ProtocolVersion.V5_0, ReasonCode.BAD_USER_NAME_OR_PASSWORD],
    [ProtocolVersion.V5_0, ReasonCode.BANNED],
    [ProtocolVersion.V3_1_1, ReasonCode.NOT_AUTHORIZED],
    [ProtocolVersion.V3_1_1, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION],
  ])("by CONNACK: version %d, code %d", async (protocolVersion, reasonCode) => {
    const { result, server } = await connecting({ protocolVersion });
    server.send({ ...connack(), reasonCode });
    await expect(result).rejects.toMatchObject({ code: "refused", packet: "CONNACK", reasonCode });
    await server.end();
  });

  test("in the words of 3.1.1, which a client of 5.0 understands", async () => {
    const { result, server } = await connecting(V5);
    server.sendRaw("20 02 00 01");
    await expect(result).rejects.toMatchObject({ code: "refused", reasonCode: 0x84 });
  });

  test("with the server's words, and the server to use instead", async () => {
    const { result, server } = await connecting(V5);
    const properties = { reasonString: "moved for good", serverReference: "other.example" };
    server.send({ ...connack(properties), reasonCode: ReasonCode.SERVER_MOVED });
    await expect(result).rejects.toMatchObject({
      message:
        "server.example:1883 refused the connection: Server moved (0x9D), which is other.example: moved for good",
      reasonString: "moved for good",
      serverReference: "other.example",
    });
  });

  test("by closing it", async () => {
    const { result, server } = await connecting();
    server.stream.end();
    await expect(result).rejects.toMatchObject({ code: "unreachable", stage: "connack" });
  });

  test("by breaking it", async () => {
    const { result, server } = await connecting();
    server.clientStream.breakDown(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    await expect(result).rejects.toMatchObject({
      code: "unreachable",
      message: "the connection to server.example:1883 broke before it was accepted: connection reset by the other side",
    });
  });

  test("because nobody is there", async () => {
    const world = new TestWorld();
    world.dialFailures.push(new UnreachableError("connect", "cannot connect"));
    await expect(Client.connect(optionsFrom(), {}, world)).rejects.toMatchObject({
      code: "unreachable",
      stage: "connect",
    });
  });

  test("when no CONNACK comes in time, counted from the lookup of the address", async () => {
    const { world, result, server } = await connecting({ connectTimeout: 5000 });
    world.advance(4999);
    await turns();
    world.advance(1);
    await expect(result).rejects.toMatchObject({
      code: "unreachable",
      stage: "connack",
      message: "server.example:1883 was reached, but did not accept the connection within 5 s",
    });
    await server.end();
    expect(world.running).toEqual([]);
  });
});

describe("a server that breaks the protocol before it has accepted is left, without DISCONNECT [MQTT-3.14.0-1]", () => {
  test.each([
    ["PUBLISH before CONNACK", ProtocolVersion.V3_1_1, "30 05 0001 61 6869"],
    ["PUBLISH before CONNACK, in 5.0", ProtocolVersion.V5_0, "30 06 0001 61 00 6869"],
    ["DISCONNECT before CONNACK [MQTT-3.14.0-1]", ProtocolVersion.V5_0, "e0 00"],
    ["PINGRESP before CONNACK", ProtocolVersion.V5_0, "d0 00"],
    ["CONNECT instead of CONNACK", ProtocolVersion.V5_0, "10 0e 0004 4d515454 05 02 003c 00 0001 78"],
    ["SUBACK before CONNACK", ProtocolVersion.V3_1_1, "90 03 0001 00"],
    ["a packet that only clients send", ProtocolVersion.V3_1_1, "c0 00"],
    ["[MQTT-4.12.0-6] AUTH without a method in CONNECT", ProtocolVersion.V5_0, "f0 00"],
    ["[MQTT-3.2.2-4] a session that was not asked for", ProtocolVersion.V3_1_1, "20 02 01 00"],
    ["[MQTT-3.2.2-4] a session that was not asked for, in 5.0", ProtocolVersion.V5_0, "20 03 01 00 00"],
    ["a CONNACK of 3.1.1 that accepts a client of 5.0", ProtocolVersion.V5_0, "20 02 00 00"],
    ["Receive Maximum 0", ProtocolVersion.V5_0, "20 06 00 00 03 21 0000"],
    ["[MQTT-4.12.0-5] an authentication method out of nothing", ProtocolVersion.V5_0, "20 07 00 00 04 15 0001 78"],
    ["garbage", ProtocolVersion.V3_1_1, "48545450"],
  ])("%s", async (_, protocolVersion, hex) => {
    const { result, server } = await connecting({ protocolVersion });
    server.sendRaw(hex);
    await expect(result).rejects.toMatchObject({ code: "protocol" });
    await server.end();
    expect(await server.rest()).toEqual([]);
  });
});

test("a server that wants more authentication than a password is told so", async () => {
  const { result, server } = await connecting({ ...V5, properties: { authenticationMethod: "SCRAM-SHA-1" } });
  server.send({
    type: PacketType.AUTH,
    reasonCode: ReasonCode.CONTINUE_AUTHENTICATION,
    properties: { authenticationMethod: "SCRAM-SHA-1" },
  });
  await expect(result).rejects.toMatchObject({ code: "refused", reasonCode: ReasonCode.BAD_AUTHENTICATION_METHOD });
});
