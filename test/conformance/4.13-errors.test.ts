import { expect } from "vitest";
import { bytes } from "../support/wire-cases/notation.ts";
import { closedWith, in5, in311, inAll, inBoth, refusedWith, withBroker } from "./support/conformance.ts";
import { ack, connect, PINGREQ, publish, subscribe } from "./support/write.ts";

// 4.13 and 4.8 of 3.1.1: errors end the connection, and nothing behind them counts

const NONE = { 3: "", 4: "", 5: "[]" } as const;

inBoth("[MQTT-4.13.1-1] [3:MQTT-4.8.0-1] packets that only servers send end the connection", async (mqtt) => {
  const none = NONE[mqtt.version];
  for (const packet of [`20 [ 00 00 ${none} ]`, `90 [ 0001 ${none} 00 ]`, `b0 [ 0001 ${none} ]`, "d0 00"]) {
    await mqtt.offends(packet, 0x82, 0x81);
  }
});

inBoth(
  "[MQTT-4.13.1-1] [MQTT-4.13.2-1] [3:MQTT-4.8.0-1] [U5-092] [U5-093] a malformed packet ends the connection with 0x81, a protocol error with 0x82",
  async (mqtt) => {
    await mqtt.offends('36 [ <"a"> 0001 ]', 0x81);
    await mqtt.offends(connect(mqtt.version, { clientId: "x" }), 0x82);
    if (mqtt.version === 5) {
      await mqtt.offends('30 [ <"a"> [ 02 00000001 02 00000001 ] ]', 0x82);
    }
  },
);

in5("[MQTT-4.13.2-1] [MQTT-3.2.2-7] a CONNACK with an error is the end of the connection", async (mqtt) => {
  const client = await mqtt.attempt({ clientId: mqtt.clientId(), properties: { authenticationMethod: "none such" } });
  await refusedWith(client, 0x8c, 0x87);
});

inBoth("[MQTT-4.13.1-1] [3:MQTT-4.8.0-1] nothing behind an error in the same segment is executed", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  const behind = publish(mqtt.version, { topic, payload: "must not arrive", retain: true });
  const errors = ['36 [ <"a"> 0001 ]', "00 00", "20 02 00 00", `82 [ 0000 ${NONE[mqtt.version]} <"a"> 00 ]`];
  for (const error of errors) {
    const client = await mqtt.connect();
    client.send(publish(mqtt.version, { topic, payload: "before" }), error, behind, PINGREQ);
    const packets = await client.end();
    expect(packets.filter(({ type }) => type !== "DISCONNECT")).toEqual([]);
  }
  await (await mqtt.connect()).publish({ topic, payload: "marker" });
  expect(await listener.texts(errors.length + 1)).toEqual([...errors.map(() => "before"), "marker"]);
  expect((await (await mqtt.subscriber(topic)).raw.frames).length).toBe(0);
});

inAll("[MQTT-4.2.0-1] [3:MQTT-7.1.1-1] packets arrive whole however the bytes are cut", async (mqtt) => {
  const { version } = mqtt;
  const topic = mqtt.topic();
  const whole = Buffer.concat([
    connect(version, { clientId: mqtt.clientId() }),
    subscribe(version, 1, [{ filter: topic, qos: 2 }]),
    publish(version, { topic, payload: "one", qos: 1, id: 2 }),
    publish(version, { topic, payload: "two" }),
    PINGREQ,
  ]);
  const cuts = [1, 2, 3, 7, 15, whole.length - 1];
  for (const size of cuts) {
    const client = await mqtt.open();
    for (let from = 0; from < whole.length; from += size) {
      client.send(whole.subarray(from, from + size));
      await new Promise(setImmediate);
    }
    const types = [];
    for (let count = 0; count < 6; count += 1) {
      types.push((await client.next()).type);
    }
    expect(types.sort()).toEqual(["CONNACK", "PINGRESP", "PUBACK", "PUBLISH", "PUBLISH", "SUBACK"]);
    client.raw.destroy();
  }
});

const faulty = withBroker({
  auth: {
    authenticate: async () => ({
      identity: "",
      permissions: {
        mayPublish: (topic) => {
          if (topic.endsWith("/fault")) {
            throw new Error("the disk is full");
          }
          return true;
        },
        maySubscribe: () => true,
        mayReceive: () => true,
      },
    }),
  },
});

faulty.inBoth(
  "[3:MQTT-4.8.0-2] [MQTT-4.13.2-1] an error of the broker's own ends the connection it happened on, and no other",
  async (mqtt) => {
    const topic = mqtt.topic();
    const listener = await mqtt.subscriber(`${topic}/#`);
    await mqtt.offends(publish(mqtt.version, { topic: `${topic}/fault`, qos: 1, id: 1 }), 0x80, 0x83);
    await (await mqtt.connect()).publish({ topic, payload: "marker" });
    expect((await listener.message()).text).toBe("marker");
  },
);

// The catalogue of malformed packets: each as a client that was let in, or instead of CONNECT; each cut into single bytes
// as well. Behind them a bystander's traffic goes on.

const BEFORE_CONNECT: Record<string, string> = {
  "[MP-01] Remaining Length of five bytes": "10 ff ff ff ff 01",
  "[MP-04] PINGREQ first": "c0 00",
  "[MP-08] another protocol name": '10 [ <"MQTX"> 04 02 003c <"a"> ]',
  "[MP-29] a TLS ClientHello": "16 03 01 00 05 01 00 00 01 00 03 03",
  "[MP-29] an HTTP request": '"GET / HTTP/1.1" 0d0a "Host: a" 0d0a 0d0a',
};

const AFTER_CONNECT_4: Record<string, string> = {
  "[MP-05] CONNECT again": '10 [ <"MQTT"> 04 02 003c <"t"> ]',
  "[MP-15] an empty topic": "30 03 0000 78",
  "[MP-16] a wildcard in a topic": '30 [ <"a/+"> "x" ]',
  "[MP-16] a filter with # in the middle": '82 [ 0001 <"a/#/b"> 00 ]',
  "[MP-16] a filter a#": '82 [ 0001 <"a#"> 00 ]',
  "[MP-17] QoS 3": "36 06 0001 61 0001 78",
  "[MP-17] Packet Identifier 0": "32 06 0001 61 0000 78",
  "[MP-17] DUP with QoS 0": "38 04 0001 61 78",
  "[MP-18] QoS 1 that ends behind its topic": "32 05 0003 616263",
  "[MP-19] a topic longer than its packet": "30 04 ffff 6162",
  "[MP-21] SUBSCRIBE without options": "82 07 0001 0003 616263",
  "[MP-22] SUBSCRIBE with flags 0": '80 [ 0001 <"a"> 00 ]',
  "[MP-22] SUBSCRIBE without filters": "82 02 0001",
  "[MP-22] SUBSCRIBE with QoS 3": '82 [ 0001 <"a"> 03 ]',
  "[MP-22] UNSUBSCRIBE without filters": "a2 02 0001",
};

const AFTER_CONNECT_5: Record<string, [string, ...number[]]> = {
  "[MP-06] CONNACK from a client": ["20 09 00 00 06 22 00 0a 21 00 14", 0x82, 0x81],
  "[MP-15] an empty topic without alias": ["30 04 0000 00 78", 0x82, 0x90, 0x81],
  "[MP-18] QoS 1 that ends before its Packet Identifier": ["32 05 0003 616263", 0x81],
  "[MP-23] a Property Length of five bytes": ['30 [ <"abc"> 80 80 80 80 01 ]', 0x81],
  "[MP-23] a Property Length that is too long": ['30 [ <"abc"> 80 00 ]', 0x81],
  "[MP-24] properties longer than the packet": ['30 [ <"abc"> 7f 01 00 ]', 0x81],
  "[MP-24] an unknown property": ['30 [ <"abc"> [ 7f ] ]', 0x81, 0x82],
  "[MP-24] Topic Alias 0": ['30 [ <"abc"> [ 23 0000 ] ]', 0x94, 0x82],
  "[MP-24] Subscription Identifier 0": ['82 [ 0001 [ 0b 00 ] <"a"> 00 ]', 0x82],
  "[MP-25] Server Reference in PUBLISH": ['30 [ <"a"> [ 1c <"x"> ] "t" ]', 0x81, 0x82],
  "[MP-27] a Response Topic with a wildcard": ['30 [ <"a"> [ 08 <"r/#"> ] ]', 0x82, 0x90],
  "[MP-27] a client's Subscription Identifier": ['30 [ <"a"> [ 0b 01 ] ]', 0x81, 0x82],
  "[MP-28] $share with nothing behind it": ['82 [ 0001 [] <"$share/"> 00 ]', 0x8f, 0x82],
  "[MP-28] $share without a filter": ['82 [ 0001 [] <"$share/g/"> 00 ]', 0x8f, 0x82],
  "[MP-28] a wildcard in a ShareName": ['82 [ 0001 [] <"$share/g+/a"> 00 ]', 0x8f, 0x82],
  "[MP-28] No Local on a Shared Subscription": ['82 [ 0001 [] <"$share/g/a"> 04 ]', 0x82],
};

for (const [title, packet] of Object.entries(BEFORE_CONNECT)) {
  in311(title, async (mqtt) => {
    for (const pieces of [[bytes(packet)], [...bytes(packet)].map((byte) => Buffer.from([byte]))]) {
      const client = await mqtt.open();
      for (const piece of pieces) {
        client.send(piece);
        await new Promise(setImmediate);
      }
      expect((await client.end()).filter((answer) => answer.type !== "CONNACK" || answer.code === 0)).toEqual([]);
    }
  });
}

for (const [title, packet] of Object.entries(AFTER_CONNECT_4)) {
  in311(title, async (mqtt) => {
    const topic = mqtt.topic();
    const bystander = await mqtt.subscriber(topic);
    await mqtt.offends(bytes(packet));
    await mqtt.offends([PINGREQ, bytes(packet), publish(4, { topic, payload: "behind it" })]);
    const slow = await mqtt.connect();
    for (const byte of bytes(packet)) {
      slow.send(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await closedWith(slow);
    await bystander.quiet();
  });
}

for (const [title, [packet, ...codes]] of Object.entries(AFTER_CONNECT_5)) {
  in5(title, async (mqtt) => {
    const topic = mqtt.topic();
    const bystander = await mqtt.subscriber(topic);
    await mqtt.offends(bytes(packet), ...codes);
    await mqtt.offends([PINGREQ, bytes(packet), publish(5, { topic, payload: "behind it" })], ...codes);
    const slow = await mqtt.connect();
    for (const byte of bytes(packet)) {
      slow.send(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await closedWith(slow, ...codes);
    await bystander.quiet();
  });
}

const own = withBroker({});

own.in311("[MP-03] mqtk does not wait for the rest of a huge PUBLISH as first packet", async (mqtt) => {
  const client = await mqtt.open();
  client.send("30 ff ff ff 7f 00 01 61");
  expect(await client.end()).toEqual([]);
});

own.inBoth("[MP-02] [MP-03] a length that is announced costs no memory before its bytes come", async (mqtt) => {
  const clients = await Promise.all(Array.from({ length: 100 }, () => mqtt.open()));
  const before = process.memoryUsage().rss;
  for (const client of clients) {
    client.send("10 ff ff ff 7f 0004 4d51");
  }
  // Such a CONNECT is beyond the limit before authentication: it is refused from its header.
  await Promise.all(clients.map((client) => client.end(30_000)));
  // Announced were 100 times 256 MiB.
  expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
});

in5("[MP-26] a Will Delay beyond the session's end does not outlive it", async (mqtt) => {
  const topic = mqtt.topic();
  const listener = await mqtt.subscriber(topic);
  // The longest delay of all holds back the Wills of everybody else in mosquitto 2.0.11, and with them other tests.
  const will = { topic, payload: "w", properties: { willDelayInterval: 1_000_000 } };
  (await mqtt.connect({ will })).raw.destroy();
  expect((await listener.message()).text).toBe("w");
});

in5("[RX-06] thousands of QoS 2 messages in one segment end the connection with 0x93", async (mqtt) => {
  const client = await mqtt.connect();
  const { receiveMaximum = 65_535 } = client.connack.properties;
  // There are no more identifiers than that: nobody can exceed it.
  if (receiveMaximum === 65_535) return;
  const flood = Array.from({ length: receiveMaximum + 5_000 }, (_, index) =>
    publish(5, { topic: "a", qos: 2, id: index + 1 }),
  );
  client.send(...flood);
  await closedWith(client, 0x93);
});

inBoth("[RX-07] after thousands of finished QoS 2 exchanges all identifiers are free", async (mqtt) => {
  const client = await mqtt.connect();
  for (let round = 0; round < 20; round += 1) {
    const ids = Array.from({ length: 100 }, (_, index) => round * 100 + index + 1);
    client.send(...ids.map((id) => publish(mqtt.version, { topic: mqtt.topic(), qos: 2, id })));
    for (const _ of ids) expect((await client.next()).type).toBe("PUBREC");
    client.send(...ids.map((id) => ack("PUBREL", id)));
    for (const _ of ids) expect((await client.next()).type).toBe("PUBCOMP");
  }
});
