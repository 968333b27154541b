import { describe, expect, test } from "vitest";
import { PacketType, ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { connack, connected, type ServerEnd } from "./test-server.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, PACKET_TOO_LARGE } = ReasonCode;
const v5 = ProtocolVersion.V5_0;

/**
 * Some of them need something in flight: packet id 1 is a PUBLISH of QoS 1, 2 one of QoS 2, 3 a SUBSCRIBE of two filters,
 * 4 an UNSUBSCRIBE of one.
 */
const breaches: [name: string, hex: string, reasonCode: number][] = [
  ["a second CONNACK [MQTT-3.2.0-2]", "20 03 00 00 00", PROTOCOL_ERROR],
  ["a second CONNACK, though it refuses", "20 03 00 87 00", PROTOCOL_ERROR],
  ["CONNECT from a server", "10 0e 0004 4d515454 05 02 003c 00 0001 78", PROTOCOL_ERROR],
  ["SUBSCRIBE from a server", "82 07 0001 00 0001 61 00", PROTOCOL_ERROR],
  ["UNSUBSCRIBE from a server", "a2 06 0001 00 0001 61", PROTOCOL_ERROR],
  ["PINGREQ from a server", "c0 00", PROTOCOL_ERROR],
  ["a packet of no type", "00 00", MALFORMED_PACKET],
  ["PINGRESP with something in it", "d0 01 00", MALFORMED_PACKET],
  ["PUBACK for QoS 2", "40 02 0002", PROTOCOL_ERROR],
  ["PUBREC for QoS 1", "50 02 0001", PROTOCOL_ERROR],
  ["PUBCOMP for QoS 1", "70 02 0001", PROTOCOL_ERROR],
  ["PUBCOMP before PUBREC", "70 02 0002", PROTOCOL_ERROR],
  ["PUBACK for nothing", "40 02 0009", PROTOCOL_ERROR],
  ["PUBCOMP for nothing", "70 02 0009", PROTOCOL_ERROR],
  ["PUBACK for a SUBSCRIBE", "40 02 0003", PROTOCOL_ERROR],
  ["SUBACK for nothing", "90 04 0009 00 00", PROTOCOL_ERROR],
  ["SUBACK for a PUBLISH", "90 04 0001 00 00", PROTOCOL_ERROR],
  ["SUBACK with too few codes [MQTT-3.8.4-6]", "90 04 0003 00 00", PROTOCOL_ERROR],
  ["SUBACK with too many codes", "90 06 0003 00 00 00 00", PROTOCOL_ERROR],
  ["UNSUBACK for a SUBSCRIBE", "b0 05 0003 00 00 00", PROTOCOL_ERROR],
  ["SUBACK for an UNSUBSCRIBE", "90 04 0004 00 00", PROTOCOL_ERROR],
  ["UNSUBACK with too many codes", "b0 05 0004 00 00 00", PROTOCOL_ERROR],
  ["UNSUBACK without codes", "b0 03 0004 00", PROTOCOL_ERROR],
  ["SUBACK with a code for UNSUBACK", "90 05 0003 00 00 11", PROTOCOL_ERROR],
  ["PUBACK with a code for CONNACK", "40 03 0001 84", PROTOCOL_ERROR],
  ["DISCONNECT with a code that is for clients", "e0 02 04 00", PROTOCOL_ERROR],
  ["AUTH out of nothing [MQTT-4.12.0-6]", "f0 06 18 04 15 0001 78", PROTOCOL_ERROR],
  ["a topic that is not UTF-8", "30 05 0002 c328 00", MALFORMED_PACKET],
  ["a topic with a wildcard [MQTT-3.3.2-2]", "30 05 0002 612b 00", MALFORMED_PACKET],
  ["neither topic nor alias", "30 03 0000 00", PROTOCOL_ERROR],
  ["QoS 3", "36 07 0001 61 0001 00 00", MALFORMED_PACKET],
  ["a length of five bytes", "30 ff ff ff ff 01", MALFORMED_PACKET],
  ["a packet that is larger than announced", "30 ff 7f", PACKET_TOO_LARGE],
];

describe("a server that breaks the protocol is told and left: in 5.0 with DISCONNECT", () => {
  test.each(breaches)("%s", async (_, hex, reasonCode) => {
    const ends: unknown[] = [];
    const { client, server } = await connected(
      { protocolVersion: v5, properties: { maximumPacketSize: 1000 }, reconnect: {} },
      { onEnd: (cause) => ends.push(cause) },
    );
    const pending = await inFlight({ client, server });
    server.sendRaw(hex);
    expect(await server.expect(PacketType.DISCONNECT)).toMatchObject({ reasonCode });
    await server.end();
    expect(ends).toMatchObject([{ code: "protocol", reasonCode }]);
    expect(client.isConnected).toBe(false);
    for (const result of await Promise.allSettled(pending)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "protocol" } });
    }
  });
});

test.each(["40 02 0009", "20 02 00 00", "c0 00", "f0 00", "e0 00", "82 06 0001 0001 61 00"])(
  "in 3.1.1 it is left without a word (%s)",
  async (hex) => {
    const ends: unknown[] = [];
    const { server } = await connected({}, { onEnd: (cause) => ends.push(cause) });
    server.sendRaw(hex);
    await server.end();
    expect(await server.rest()).toEqual([]);
    expect(ends).toMatchObject([{ code: "protocol" }]);
  },
);

test("the DISCONNECT says why, unless the server takes no packet of that size", async () => {
  for (const [maximumPacketSize, length] of [
    [1000, 1],
    [10, 0],
  ] as const) {
    const { server } = await connected({ protocolVersion: v5 }, {}, connack({ maximumPacketSize }));
    server.sendRaw("40 02 0009");
    const { properties } = await server.expect(PacketType.DISCONNECT);
    expect(Object.keys(properties)).toHaveLength(length);
  }
});

/** The promises of what is on its way. */
async function inFlight({
  client,
  server,
}: Pick<Awaited<ReturnType<typeof connected>>, "client"> & { server: ServerEnd }) {
  const message = { topic: "a", payload: Buffer.alloc(0), retain: false };
  const subscription = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  const pending: Promise<unknown>[] = [
    client.publish({ ...message, qos: 1 }),
    client.publish({ ...message, qos: 2 }),
    client.subscribe([
      { filter: "a", ...subscription },
      { filter: "b", ...subscription },
    ]),
    client.unsubscribe(["c"]),
  ];
  for (const promise of pending) promise.catch(() => {});
  const packets = [await server.next(), await server.next(), await server.next(), await server.next()];
  expect(packets.map((packet) => "packetId" in packet && packet.packetId)).toEqual([1, 2, 3, 4]);
  return pending;
}
