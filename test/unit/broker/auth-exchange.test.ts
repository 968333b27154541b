import { expect, onTestFinished, test } from "vitest";
import type { Auth, Permissions } from "../../../src/broker/index.ts";
import { Broker } from "../../../src/broker/index.ts";
import { encodePacket, type Packet, PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { RawClient } from "../../support/raw-client.ts";

const permissions: Permissions = { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true };

/** A method that asks for the next number until it has heard three. */
const counting: Auth = {
  authenticate: async ({ method, data, clientId }) => {
    if (method !== "COUNT") {
      return { reasonCode: ReasonCode.BAD_AUTHENTICATION_METHOD };
    }
    const ask = (heard: number) => ({
      challenge: Buffer.from([heard]),
      respond: async (answer: Uint8Array | undefined) => {
        if (answer?.[0] !== heard + 1) {
          return { reasonCode: ReasonCode.NOT_AUTHORIZED };
        }
        return heard + 1 === 3 ? { identity: clientId, permissions, data: Buffer.from("done") } : ask(heard + 1);
      },
    });
    return ask(data?.[0] ?? 0);
  },
};

async function connected(): Promise<RawClient> {
  const broker = new Broker({ auth: counting });
  const { host, port } = await broker.listen({ host: "127.0.0.1", port: 0 });
  const client = await RawClient.connect({ host, port });
  onTestFinished(async () => {
    client.destroy();
    await broker.stop(0);
  });
  return client;
}

function send(client: RawClient, packet: Packet): void {
  client.send(encodePacket(packet, 5));
}

function connectWith(method: string, data: number): Packet {
  return {
    type: PacketType.CONNECT,
    protocolVersion: 5,
    bridge: false,
    cleanStart: true,
    keepAlive: 0,
    clientId: "counter",
    will: undefined,
    userName: undefined,
    password: undefined,
    properties: { authenticationMethod: method, authenticationData: Buffer.from([data]) },
  };
}

function auth(reasonCode: ReasonCode, data: number, method = "COUNT"): Packet {
  return {
    type: PacketType.AUTH,
    reasonCode,
    properties: { authenticationMethod: method, authenticationData: Buffer.from([data]) },
  };
}

async function accepted(client: RawClient): Promise<void> {
  send(client, connectWith("COUNT", 2));
  expect((await client.frame())[2]).toBe(ReasonCode.CONTINUE_AUTHENTICATION);
  send(client, auth(ReasonCode.CONTINUE_AUTHENTICATION, 3));
  expect((await client.frame())[0]).toBe(0x20);
}

test("[MQTT-4.12.0-2][MQTT-4.12.0-3][MQTT-4.12.0-5] challenges and answers go to and fro until CONNACK repeats the method", async () => {
  const client = await connected();
  send(client, connectWith("COUNT", 0));
  for (const heard of [0, 1, 2]) {
    const challenge = await client.frame();
    expect(challenge[0]).toBe(0xf0);
    expect(challenge[2]).toBe(ReasonCode.CONTINUE_AUTHENTICATION);
    expect(challenge.includes(Buffer.from([0x15, 0, 5, ...Buffer.from("COUNT")]))).toBe(true);
    expect(challenge.includes(Buffer.from([0x16, 0, 1, heard]))).toBe(true);
    send(client, auth(ReasonCode.CONTINUE_AUTHENTICATION, heard + 1));
  }
  const connack = await client.frame();
  expect([connack[0], connack[3]]).toEqual([0x20, ReasonCode.SUCCESS]);
  expect(connack.includes(Buffer.from([0x15, 0, 5, ...Buffer.from("COUNT")]))).toBe(true);
  expect(connack.includes(Buffer.from("done"))).toBe(true);
});

test("[MQTT-4.12.0-1] a method that is not supported is refused with 0x8C", async () => {
  const client = await connected();
  send(client, connectWith("OTHER", 0));
  expect((await client.frame())[3]).toBe(ReasonCode.BAD_AUTHENTICATION_METHOD);
  await client.end();
});

test("[MQTT-4.12.0-4] a wrong answer is refused and the connection closed", async () => {
  const client = await connected();
  send(client, connectWith("COUNT", 0));
  await client.frame();
  send(client, auth(ReasonCode.CONTINUE_AUTHENTICATION, 7));
  expect((await client.frame())[3]).toBe(ReasonCode.NOT_AUTHORIZED);
  await client.end();
});

test.each<[string, Packet]>([
  ["PINGREQ", { type: PacketType.PINGREQ }],
  ["a second CONNECT", connectWith("COUNT", 0)],
  ["AUTH with another method", auth(ReasonCode.CONTINUE_AUTHENTICATION, 1, "OTHER")],
  ["a wish to authenticate again", auth(ReasonCode.RE_AUTHENTICATE, 1)],
])("[MQTT-3.1.2-30] %s during the exchange is a protocol error", async (_, packet) => {
  const client = await connected();
  send(client, connectWith("COUNT", 0));
  await client.frame();
  send(client, packet);
  expect((await client.frame())[3]).toBe(ReasonCode.PROTOCOL_ERROR);
  await client.end();
});

test("[MQTT-4.12.1-1] a client authenticates again while everything else goes on", async () => {
  const client = await connected();
  await accepted(client);
  send(client, auth(ReasonCode.RE_AUTHENTICATE, 2));
  send(client, { type: PacketType.PINGREQ });
  const frames = [await client.frame(), await client.frame()];
  expect(frames.map((frame) => frame[0]).sort()).toEqual([0xd0, 0xf0]);
  send(client, auth(ReasonCode.CONTINUE_AUTHENTICATION, 3));
  const end = await client.frame();
  expect([end[0], end[2]]).toEqual([0xf0, ReasonCode.SUCCESS]);
});

test("[MQTT-4.12.1-2] whoever fails to authenticate again is disconnected", async () => {
  const client = await connected();
  await accepted(client);
  send(client, auth(ReasonCode.RE_AUTHENTICATE, 2));
  await client.frame();
  send(client, auth(ReasonCode.CONTINUE_AUTHENTICATION, 9));
  const disconnect = await client.frame();
  expect([disconnect[0], disconnect[2]]).toEqual([0xe0, ReasonCode.NOT_AUTHORIZED]);
  await client.end();
});

test("a second wish to authenticate while one is under way is a protocol error", async () => {
  const client = await connected();
  await accepted(client);
  send(client, auth(ReasonCode.RE_AUTHENTICATE, 2));
  await client.frame();
  send(client, auth(ReasonCode.RE_AUTHENTICATE, 2));
  const disconnect = await client.frame();
  expect([disconnect[0], disconnect[2]]).toEqual([0xe0, ReasonCode.PROTOCOL_ERROR]);
});
