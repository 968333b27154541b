import { describe, expect, test } from "vitest";
import { PacketType, ProtocolVersion, ReasonCode, type Subscription } from "../../../src/codec/index.ts";
import { connack, connected, suback, turns, unsuback, V5 } from "./test-server.ts";

const { SUBSCRIBE, UNSUBSCRIBE } = PacketType;

function to(filter: string, changes: Partial<Subscription> = {}): Subscription {
  return { filter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0, ...changes };
}

describe("subscribe", () => {
  test("sends the filters with their options, and resolves with one code for each; refusals are no error", async () => {
    const { client, server } = await connected(V5);
    const filters = [
      to("a/+", { qos: 2, noLocal: true }),
      to("#", { qos: 1, retainAsPublished: true, retainHandling: 2 }),
    ];
    const result = client.subscribe(filters, { subscriptionIdentifier: 5 });
    const packet = await server.expect(SUBSCRIBE);
    expect(packet).toMatchObject({ subscriptions: filters, properties: { subscriptionIdentifier: 5 } });
    server.send(suback(packet.packetId, ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED));
    expect((await result).reasonCodes).toEqual([ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED]);
  });

  test("several at once are told apart by their packet ids, in whatever order they are answered", async () => {
    const { client, server } = await connected();
    const first = client.subscribe([to("a")]);
    const second = client.subscribe([to("b")]);
    const { packetId: a } = await server.expect(SUBSCRIBE);
    const { packetId: b } = await server.expect(SUBSCRIBE);
    server.send(suback(b, ReasonCode.UNSPECIFIED_ERROR), suback(a, ReasonCode.GRANTED_QOS_0));
    expect((await first).reasonCodes).toEqual([ReasonCode.GRANTED_QOS_0]);
    expect((await second).reasonCodes).toEqual([ReasonCode.UNSPECIFIED_ERROR]);
  });

  test.each([
    ["nothing", []],
    ["an empty filter", [to("")]],
    ["a # that is not the end", [to("a/#/b")]],
    ["a + beside something", [to("a+")]],
    ["a share without a filter", [to("$share/g")]],
    ["[MQTT-3.8.3-4] No Local in a share", [to("$share/g/a", { noLocal: true })]],
  ])("%s is a usage error", async (_, subscriptions) => {
    const { client, server } = await connected(V5);
    await expect(client.subscribe(subscriptions)).rejects.toMatchObject({ code: "usage" });
    expect(await server.rest()).toEqual([]);
  });

  test.each([
    ["wildcards", { wildcardSubscriptionAvailable: false }, "a/+", {}, ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED],
    ["shares", { sharedSubscriptionAvailable: false }, "$share/g/a", {}, ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED],
    [
      "identifiers",
      { subscriptionIdentifierAvailable: false },
      "a",
      { subscriptionIdentifier: 1 },
      ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
    ],
    ["so large a packet", { maximumPacketSize: 20 }, "a".repeat(30), {}, ReasonCode.PACKET_TOO_LARGE],
  ])(
    "is refused here when the server said that it does not take %s",
    async (_, limits, filter, properties, reasonCode) => {
      const { client, server } = await connected(V5, {}, connack(limits));
      await expect(client.subscribe([to(filter)], properties)).rejects.toMatchObject({
        code: "refused",
        packet: "SUBSCRIBE",
        reasonCode,
      });
      expect(await server.rest()).toEqual([]);
      // And the packet id is free again.
      const result = client.subscribe([to("a")]);
      server.send(suback((await server.expect(SUBSCRIBE)).packetId, ReasonCode.SUCCESS));
      await result;
    },
  );

  test("that cannot be written is a usage error", async () => {
    const { client } = await connected(V5);
    await expect(client.subscribe([to("a")], { subscriptionIdentifier: 0 })).rejects.toMatchObject({ code: "usage" });
  });

  test("is given up after the request's time, and a late answer is no error", async () => {
    const { client, server, world } = await connected({ requestTimeout: 3000 });
    const result = client.subscribe([to("a")]);
    const { packetId } = await server.expect(SUBSCRIBE);
    world.advance(2800);
    const late = expect(result).rejects.toMatchObject({
      code: "timeout",
      message: "SUBSCRIBE was not answered in time",
    });
    world.advance(200);
    await late;
    server.send(suback(packetId, ReasonCode.SUCCESS));
    await turns();
    expect(client.isConnected).toBe(true);
  });
});

describe("unsubscribe", () => {
  test("resolves with one code per filter in 5.0", async () => {
    const { client, server } = await connected(V5);
    const result = client.unsubscribe(["a", "b"]);
    const packet = await server.expect(UNSUBSCRIBE);
    expect(packet.filters).toEqual(["a", "b"]);
    server.send(unsuback(packet.packetId, ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED));
    expect((await result).reasonCodes).toEqual([ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED]);
  });

  test("resolves without codes before 5.0", async () => {
    const { client, server } = await connected({ protocolVersion: ProtocolVersion.V3_1 });
    const result = client.unsubscribe(["a"]);
    server.send(unsuback((await server.expect(UNSUBSCRIBE)).packetId));
    expect((await result).reasonCodes).toEqual([]);
  });

  test.each([[[]], [["a/#/b"]]])("of %j is a usage error", async (filters) => {
    const { client } = await connected();
    await expect(client.unsubscribe(filters)).rejects.toMatchObject({ code: "usage" });
  });
});
