import { describe, expect, test } from "vitest";
import type { Accepted, Auth, ConnectAttempt, Refusal } from "../../../src/broker/index.ts";
import { PacketType, PINGREQ, PINGRESP, ReasonCode, type ReasonCode as ReasonCodes } from "../../../src/codec/index.ts";
import { connectPacket, PacketClient, payloadsOf, publishPacket } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";

const { CONNACK, DISCONNECT, PUBACK, PUBREC } = PacketType;

/** Asks nobody until the test lets it: who may come in, and what they may do. */
class SlowAuth implements Auth {
  readonly attempts: { attempt: ConnectAttempt; answer: (answer: Accepted | Refusal) => void }[] = [];
  private arrived: () => void = () => {};

  authenticate(attempt: ConnectAttempt): Promise<Accepted | Refusal> {
    return new Promise((answer) => {
      this.attempts.push({ attempt, answer });
      this.arrived();
    });
  }

  async asked(times: number): Promise<void> {
    while (this.attempts.length < times) {
      await new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
    }
  }
}

/** Lets in whom `identify` knows, with rights to topics that begin with their name. */
function authBy(identify: (attempt: ConnectAttempt) => string | undefined): Auth {
  return {
    authenticate: async (attempt) => {
      const identity = identify(attempt);
      if (identity === undefined) {
        return { reasonCode: ReasonCode.BAD_USER_NAME_OR_PASSWORD };
      }
      const isOwn = (topic: string): boolean => topic.startsWith(identity);
      return {
        identity,
        permissions: { mayPublish: isOwn, maySubscribe: isOwn, mayReceive: (topic) => !topic.endsWith("hidden") },
      };
    },
  };
}

describe("connecting", () => {
  test("[MQTT-3.1.4-6] what comes behind a CONNECT waits for the decision, and then counts in order", async () => {
    const auth = new SlowAuth();
    const broker = await RunningBroker.start({ auth });
    const client = await PacketClient.open(broker.at);
    client.send(connectPacket({ clientId: "eager" }), publishPacket("a", "1", { qos: 1, packetId: 7 }), PINGREQ);
    await auth.asked(1);
    client.send(publishPacket("a", "2", { qos: 2, packetId: 8 }));
    await broker.swept();
    expect(client.arrived).toEqual([]);
    expect(broker.eventsOf("onPublish")).toEqual([]);
    const everything = { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true };
    auth.attempts[0]?.answer({ identity: "", permissions: everything });
    const answers = await client.take(4);
    expect(answers).toMatchObject([
      { type: CONNACK, reasonCode: 0 },
      { type: PUBACK, packetId: 7 },
      PINGRESP,
      { type: PUBREC, packetId: 8 },
    ]);
  });

  test("[MQTT-3.1.4-6] after a refusal nothing that came behind the CONNECT counts", async () => {
    const auth = new SlowAuth();
    const broker = await RunningBroker.start({ auth });
    const client = await PacketClient.open(broker.at);
    client.send(connectPacket(), publishPacket("a", "never", { retain: true }));
    await auth.asked(1);
    auth.attempts[0]?.answer({ reasonCode: ReasonCode.NOT_AUTHORIZED });
    expect(await client.ended()).toMatchObject([{ type: CONNACK, reasonCode: 0x87, sessionPresent: false }]);
    expect(broker.eventsOf("onPublish")).toEqual([]);
    expect(broker.eventsOf("onRefused")).toHaveLength(1);
  });

  test("a client that leaves before the decision leaves nothing behind", async () => {
    const auth = new SlowAuth();
    const broker = await RunningBroker.start({ auth });
    const will = { topic: "will", payload: Buffer.from("x"), qos: 0, retain: true, properties: {} } as const;
    const impatient = await PacketClient.open(broker.at);
    impatient.send(connectPacket({ will, clientId: "one" }));
    await auth.asked(1);
    impatient.destroy();
    await broker.swept();
    const everything = { mayPublish: () => true, maySubscribe: () => true, mayReceive: () => true };
    auth.attempts[0]?.answer({ identity: "", permissions: everything });
    const next = PacketClient.open(broker.at);
    (await next).send(connectPacket({ clientId: "one", cleanStart: false }));
    await auth.asked(2);
    auth.attempts[1]?.answer({ identity: "", permissions: everything });
    expect(await (await next).nextOf(CONNACK)).toMatchObject({ sessionPresent: false });
  });

  test("a session belongs to whoever made it: another user with its client id is refused, and it goes on", async () => {
    const broker = await RunningBroker.start({ auth: authBy(({ userName }) => userName) });
    const wishes = { clientId: "same", cleanStart: false, properties: { sessionExpiryInterval: 60 } };
    const owner = await broker.connect({ ...wishes, userName: "owner" });
    const other = await broker.connect({ ...wishes, userName: "other" });
    expect(other.connack).toMatchObject({ reasonCode: ReasonCode.NOT_AUTHORIZED, sessionPresent: false });
    expect(await owner.settled()).toEqual([]);
    await owner.disconnect();
    const again = await broker.connect({ ...wishes, userName: "owner" });
    expect(again.connack).toMatchObject({ reasonCode: 0, sessionPresent: true });
  });

  test("wrong credentials: 0x86, in 3.1.1 return code 4, and the password is in no event", async () => {
    const broker = await RunningBroker.start({
      auth: authBy(({ password }) => (password?.toString() === "right" ? "me" : undefined)),
    });
    for (const protocolVersion of [3, 4, 5] as const) {
      const wishes = { protocolVersion, userName: "me", password: Buffer.from("secret-guess") };
      const client = await broker.connect(wishes);
      expect(client.connack?.reasonCode).toBe(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      await client.ended();
    }
    expect(JSON.stringify(broker.events)).not.toContain("secret-guess");
    expect((await broker.connect({ userName: "me", password: Buffer.from("right") })).connack?.reasonCode).toBe(0);
  });

  test("rights: a refused publish says so and reaches nobody, a refused filter is no subscription, hidden topics stay hidden", async () => {
    const broker = await RunningBroker.start({ auth: authBy(({ userName }) => userName) });
    const client = await broker.connect({ userName: "me" });
    const { NOT_AUTHORIZED } = ReasonCode;
    const answer = await client.subscribe([{ filter: "me/#" }, { filter: "you/#" }]);
    expect(answer.reasonCodes).toEqual([0, NOT_AUTHORIZED]);
    client.publish("you/a", "", { qos: 1 });
    expect(await client.nextOf(PUBACK)).toMatchObject({ reasonCode: NOT_AUTHORIZED });
    client.publish("you/a", "", { qos: 2 });
    expect(await client.nextOf(PUBREC)).toMatchObject({ reasonCode: NOT_AUTHORIZED });
    client.publish("me/hidden", "live", { retain: true });
    client.publish("me/shown", "live", { retain: true });
    expect(payloadsOf(await client.settled())).toEqual(["live"]);
    await client.subscribe([{ filter: "me/+" }]);
    expect(await client.settled()).toMatchObject([{ topic: "me/shown", retain: true }]);
  });

  test("[MQTT-3.1.4-1] no CONNECT in time ends the connection, whatever else comes", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock });
    const silent = await PacketClient.open(broker.at);
    const slow = await PacketClient.open(broker.at);
    slow.sendBytes(Buffer.from([0x10, 200, 1, 0, 4, 0x4d]));
    const busy = await broker.connect();
    clock.advance(4999);
    await broker.swept();
    expect([silent.isClosed, slow.isClosed]).toEqual([false, false]);
    slow.sendBytes(Buffer.from([0x51]));
    clock.advance(1);
    expect(await silent.ended()).toEqual([]);
    expect(await slow.ended()).toEqual([]);
    expect(await busy.settled()).toEqual([]);
  });

  test("[MQTT-3.2.2-21] a longer keep alive than allowed, or none, is set by the server, and holds", async () => {
    const clock = new TurnedClock();
    const broker = await RunningBroker.start({ clock, options: { maximumKeepAlive: 10 } });
    const kept = await Promise.all([0, 5, 10, 60].map((keepAlive) => broker.connect({ keepAlive })));
    expect(kept.map((client) => client.connack?.properties.serverKeepAlive)).toEqual([10, undefined, undefined, 10]);
    await broker.swept();
    clock.advance(15_000);
    const [first] = kept;
    expect(await first?.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.KEEP_ALIVE_TIMEOUT }]);
  });

  test("[MQTT-3.2.2-16] a client without an id gets one, and may come back with it", async () => {
    const broker = await RunningBroker.start();
    const properties = { sessionExpiryInterval: 60 };
    const first = await broker.connect({ clientId: "", properties });
    const clientId = first.connack?.properties.assignedClientIdentifier as string;
    expect(clientId).toMatch(/^[\w-]{8,}$/);
    await first.disconnect();
    const second = await broker.connect({ clientId, cleanStart: false, properties });
    expect(second.connack?.sessionPresent).toBe(true);
    const another = await broker.connect({ clientId: "" });
    expect(another.connack?.properties.assignedClientIdentifier).not.toBe(clientId);
  });

  test("[MQTT-3.2.2-15] a packet larger than announced ends the connection before its body is there: 0x95", async () => {
    const broker = await RunningBroker.start({ options: { maximumPacketSize: 1000 } });
    const client = await broker.connect();
    expect(client.connack?.properties.maximumPacketSize).toBe(1000);
    client.sendBytes(Buffer.from([0x30, 0xe6, 0x07]));
    expect(await client.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.PACKET_TOO_LARGE }]);
    const exact = await broker.connect();
    exact.publish("t", Buffer.alloc(1000 - 3 - 3 - 1));
    expect(await exact.settled()).toEqual([]);
  });

  test("a CONNECT larger than is allowed to strangers is refused before its body is there", async () => {
    const broker = await RunningBroker.start({ options: { maximumConnectSize: 100 } });
    const client = await PacketClient.open(broker.at);
    client.sendBytes(Buffer.from([0x10, 99]));
    await client.ended();
    expect(broker.eventsOf("onRefused")).toHaveLength(1);
  });

  test("more connections or sessions than allowed are turned away; those that are there stay", async () => {
    const broker = await RunningBroker.start({ options: { maximumConnections: 2, maximumSessions: 1 } });
    const first = await broker.connect({ clientId: "first" });
    const second = await broker.connect();
    const full: ReasonCodes = ReasonCode.QUOTA_EXCEEDED;
    expect(second.connack?.reasonCode).toBe(full);
    const another = await PacketClient.open(broker.at);
    const third = await broker.connect();
    expect(third.connack?.reasonCode).toBe(ReasonCode.SERVER_BUSY);
    await third.ended();
    const older = await broker.connect({ protocolVersion: 4 });
    expect(older.connack?.reasonCode).toBe(ReasonCode.SERVER_UNAVAILABLE);
    another.destroy();
    expect(await first.settled()).toEqual([]);
  });

  test("a second CONNECT, or a packet that only a server sends, ends the connection with its reason", async () => {
    const broker = await RunningBroker.start();
    const again = await broker.connect();
    again.send(connectPacket());
    expect(await again.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.PROTOCOL_ERROR }]);
    const confused = await broker.connect();
    confused.send(PINGRESP);
    expect(await confused.ended()).toMatchObject([{ type: DISCONNECT, reasonCode: ReasonCode.PROTOCOL_ERROR }]);
    const older = await broker.connect({ protocolVersion: 4 });
    older.send(PINGRESP);
    expect(await older.ended()).toEqual([]);
    expect(broker.eventsOf("onDisconnect")).toHaveLength(3);
  });

  test("while the broker did not run, nobody was late with a CONNECT", async () => {
    const broker = await RunningBroker.start({ options: { connectTimeout: 800 } });
    const client = await PacketClient.open(broker.at);
    while (broker.broker.statistics().connections === 0) await broker.swept();
    const until = performance.now() + 1500;
    while (performance.now() < until);
    await broker.swept();
    client.send(connectPacket());
    expect(await client.next()).toMatchObject({ type: CONNACK, reasonCode: ReasonCode.SUCCESS });
  });
});
