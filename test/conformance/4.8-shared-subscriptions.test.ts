import { expect } from "vitest";
import { in5, inBoth, type Mqtt, withBroker } from "./support/conformance.ts";
import type { MqttClient } from "./support/mqtt-client.ts";
import { ack, subscribe } from "./support/write.ts";

/** Publishes one message per payload, each acknowledged. */
async function publishAll(mqtt: Mqtt, topic: string, payloads: readonly string[], qos = 1): Promise<void> {
  const publisher = await mqtt.connect();
  for (const payload of payloads) {
    await publisher.publish({ topic, payload, qos });
  }
  await publisher.quiet();
}

/** What has arrived at the client up to now, acknowledged. */
async function arrived(client: MqttClient): Promise<string[]> {
  const texts: string[] = [];
  client.send("c0 00");
  for (let packet = await client.next(); packet.type !== "PINGRESP"; packet = await client.next()) {
    if (packet.type === "PUBLISH") {
      texts.push(packet.text);
      await client.acknowledge(packet);
    }
  }
  return texts;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

in5("[MQTT-4.8.2-1] [MQTT-4.8.2-2] a ShareName has a character, no wildcard, and a filter behind it", async (mqtt) => {
  for (const filter of [
    "$share//a",
    "$share/",
    "$share/g",
    "$share/g/",
    "$share/+/a",
    "$share/g#/a",
    "$share/#/a",
    "$share/a+b/c",
  ]) {
    await mqtt.offends(subscribe(5, 1, [{ filter }]), 0x8f, 0x81, 0x82);
  }
});

in5("[MQTT-4.8.2-2] behind the ShareName is a filter with the rules of all filters", async (mqtt) => {
  for (const filter of ["$share/g/a#", "$share/g/#/a", "$share/g/+a"]) {
    await mqtt.offends(subscribe(5, 1, [{ filter }]), 0x8f, 0x81, 0x82);
  }
  const client = await mqtt.connect();
  const rest = mqtt.topic();
  const { codes } = await client.subscribe(
    [`$share/g/${rest}/#`, `$share/ä b!/${rest}/+/x`, `$share/$g//${rest}`].map((filter) => ({ filter, qos: 2 })),
  );
  expect(codes).toEqual([2, 2, 2]);
});

in5("[MQTT-4.8.2-1] each message goes to one member of the group, and all members have their share", async (mqtt) => {
  const topic = mqtt.topic();
  const members = [];
  for (let count = 0; count < 3; count += 1) {
    members.push(await mqtt.subscriber(`$share/g/${topic}`, 1));
  }
  await publishAll(mqtt, topic, numbers(30));
  const shares = [];
  for (const member of members) {
    shares.push(await arrived(member));
  }
  expect(shares.flat().sort()).toEqual(numbers(30).sort());
  expect(Math.min(...shares.map(({ length }) => length))).toBeGreaterThan(0);
});

withBroker({}).in5("[4.8 shared] mqtk gives its members their turns", async (mqtt) => {
  const topic = mqtt.topic();
  const members = [await mqtt.subscriber(`$share/g/${topic}`), await mqtt.subscriber(`$share/g/${topic}`)];
  await publishAll(mqtt, topic, numbers(10));
  expect(await Promise.all(members.map(arrived))).toEqual([
    ["0", "2", "4", "6", "8"],
    ["1", "3", "5", "7", "9"],
  ]);
});

in5("[MQTT-4.8.2-1] groups and plain subscriptions are independent: each gets the message", async (mqtt) => {
  const topic = mqtt.topic();
  const clients = [];
  for (const filter of [topic, `$share/one/${topic}`, `$share/two/${topic}`, `$share/one/${topic}/#`]) {
    clients.push(await mqtt.subscriber(filter, 1));
  }
  await publishAll(mqtt, topic, ["x"]);
  for (const client of clients) {
    expect(await client.texts(1)).toEqual(["x"]);
    await client.quiet();
  }
});

in5("[4.8 shared] a member that subscribed plainly as well gets both copies", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe([{ filter: topic }, { filter: `$share/g/${topic}` }]);
  await publishAll(mqtt, topic, ["x"]);
  expect(await client.texts(2)).toEqual(["x", "x"]);
  await client.quiet();
});

in5("[MQTT-4.8.2-3] each member gets its messages with the QoS that was granted to it", async (mqtt) => {
  const topic = mqtt.topic();
  const members = [];
  for (const qos of [0, 1, 2]) {
    members.push({ qos, client: await mqtt.subscriber(`$share/g/${topic}`, qos) });
  }
  await publishAll(mqtt, topic, numbers(12), 2);
  let count = 0;
  for (const { qos, client } of members) {
    client.send("c0 00");
    for (let packet = await client.next(); packet.type !== "PINGRESP"; packet = await client.next()) {
      if (packet.type === "PUBLISH") {
        count += 1;
        expect(packet.qos).toBe(qos);
        await client.acknowledge(packet);
      }
    }
  }
  expect(count).toBe(12);
});

in5("[MQTT-4.8.2-3] subscribing again changes the QoS and does not count twice", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.subscriber(`$share/g/${topic}`, 2);
  await client.subscribe({ filter: `$share/g/${topic}`, qos: 1 });
  await publishAll(mqtt, topic, ["x"], 2);
  expect((await client.take()).qos).toBe(1);
  await client.quiet();
});

in5("[MQTT-3.3.1-9] no retained messages for a Shared Subscription", async (mqtt) => {
  const topic = mqtt.topic();
  await (await mqtt.connect()).publish({ topic, payload: "retained", retain: true, qos: 1 });
  for (const retainHandling of [0, 1]) {
    const client = await mqtt.connect();
    await client.subscribe({ filter: `$share/g${retainHandling}/${topic}`, qos: 1, retainHandling });
    await client.quiet();
  }
});

in5("[4.8 shared] subscribers of a group that have gone get nothing, those that stay get all", async (mqtt) => {
  const topic = mqtt.topic();
  const gone = await mqtt.subscriber(`$share/g/${topic}`, 1);
  const left = await mqtt.subscriber(`$share/g/${topic}`, 1);
  const stays = await mqtt.subscriber(`$share/g/${topic}`, 1);
  await gone.disconnect();
  await left.unsubscribe(`$share/g/${topic}`);
  await publishAll(mqtt, topic, numbers(10));
  expect(await stays.texts(10)).toEqual(numbers(10));
  await left.quiet();
});

withBroker({}).in5(
  "[4.8 shared] a message that a connected member can take does not wait for one who is away",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const away = await mqtt.connect({ clientId, persistent: true });
    await away.subscribe({ filter: `$share/g/${topic}`, qos: 1 });
    const present = await mqtt.subscriber(`$share/g/${topic}`, 1);
    await away.disconnect();
    await publishAll(mqtt, topic, numbers(10));
    expect(await present.texts(10)).toEqual(numbers(10));
  },
);

in5("[4.8 shared] with nobody connected the message waits in the session of a member", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const away = await mqtt.connect({ clientId, persistent: true });
  await away.subscribe({ filter: `$share/g/${topic}`, qos: 1 });
  await away.disconnect();
  await publishAll(mqtt, topic, ["waits"]);
  expect((await (await mqtt.connect({ clientId, persistent: true })).take()).text).toBe("waits");
});

in5(
  "[MQTT-4.8.2-4] a QoS 2 message that was begun is completed when its member comes back, and goes to nobody else",
  async (mqtt) => {
    const topic = mqtt.topic();
    const clientId = mqtt.clientId();
    const first = await mqtt.connect({ clientId, persistent: true });
    await first.subscribe({ filter: `$share/g/${topic}`, qos: 2 });
    await publishAll(mqtt, topic, ["x"], 2);
    const sent = await first.message();
    await first.disconnect();
    const other = await mqtt.subscriber(`$share/g/${topic}`, 2);
    await other.quiet();
    const back = await mqtt.connect({ clientId, persistent: true });
    expect(await back.take()).toMatchObject({ text: "x", id: sent.id, dup: true });
    await other.quiet();
  },
);

in5(
  "[MQTT-4.8.2-5] a QoS 2 message that was begun goes to nobody else when its member's session ends",
  async (mqtt) => {
    const topic = mqtt.topic();
    const first = await mqtt.subscriber(`$share/g/${topic}`, 2);
    await publishAll(mqtt, topic, ["half sent"], 2);
    await first.message();
    const other = await mqtt.subscriber(`$share/g/${topic}`, 2);
    await first.disconnect();
    await publishAll(mqtt, topic, ["marker"], 2);
    expect((await other.take()).text).toBe("marker");
  },
);

withBroker({}).in5(
  "[4.8 shared] a QoS 1 message whose member's session ends without PUBACK goes to another member",
  async (mqtt) => {
    const topic = mqtt.topic();
    const first = await mqtt.subscriber(`$share/g/${topic}`, 1);
    await publishAll(mqtt, topic, ["not lost"], 1);
    await first.message();
    const other = await mqtt.subscriber(`$share/g/${topic}`, 1);
    await first.disconnect();
    expect(await other.take()).toMatchObject({ text: "not lost", dup: false });
  },
);

withBroker({}).in5("[4.8 shared] what waits for a member whose session ends goes to another member", async (mqtt) => {
  const topic = mqtt.topic();
  const clientId = mqtt.clientId();
  const away = await mqtt.connect({ clientId, persistent: true });
  await away.subscribe({ filter: `$share/g/${topic}`, qos: 2 });
  await away.disconnect();
  await publishAll(mqtt, topic, ["1", "2"], 2);
  const other = await mqtt.subscriber(`$share/g/${topic}`, 2);
  await mqtt.connect({ clientId });
  expect(await other.texts(2)).toEqual(["1", "2"]);
});

in5("[MQTT-4.8.2-6] a message that a member refuses with an error is dropped, not given to another", async (mqtt) => {
  const topic = mqtt.topic();
  const members = [await mqtt.subscriber(`$share/g/${topic}`, 2), await mqtt.subscriber(`$share/g/${topic}`, 2)];
  for (const qos of [1, 2]) {
    await publishAll(mqtt, topic, ["refused"], qos);
    let refusals = 0;
    for (const member of members) {
      member.send("c0 00");
      const packet = await member.next();
      if (packet.type === "PUBLISH") {
        member.send(ack(packet.qos === 1 ? "PUBACK" : "PUBREC", packet.id, 0x83));
        refusals += 1;
        await member.expect("PINGRESP");
      }
      await member.quiet();
    }
    expect(refusals).toBe(1);
    for (const member of members) {
      await member.quiet();
    }
  }
});

in5("[MQTT-3.3.4-3] a Shared Subscription has its identifier too", async (mqtt) => {
  const topic = mqtt.topic();
  const client = await mqtt.connect();
  await client.subscribe({ filter: `$share/g/${topic}`, qos: 1 }, { subscriptionIdentifiers: [77] });
  await publishAll(mqtt, topic, ["x"]);
  expect((await client.take()).properties.subscriptionIdentifiers).toEqual([77]);
});

withBroker({}).inBoth(
  "[4.8 shared] mqtk gives $share its meaning in 3.1.1 as well, members of both versions in one group",
  async (mqtt) => {
    const topic = mqtt.topic();
    const other = await mqtt.connect({ version: mqtt.version === 5 ? 4 : 5 });
    await other.subscribe({ filter: `$share/g/${topic}`, qos: 1 });
    const one = await mqtt.subscriber(`$share/g/${topic}`, 1);
    await publishAll(mqtt, topic, numbers(4));
    expect([await one.texts(2), await other.texts(2)].flat().sort()).toEqual(numbers(4));
  },
);

inBoth("[4.8 shared] a Topic Name may begin with $share", async (mqtt) => {
  const client = await mqtt.connect();
  await client.publish({ topic: `$share/g/${mqtt.topic()}`, payload: "x", qos: 1 });
  await client.quiet();
});
