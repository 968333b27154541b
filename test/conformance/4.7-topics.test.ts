import { expect } from "vitest";
import { in5, in311, inAll, inBoth, isRemote, withBroker } from "./support/conformance.ts";
import { publish, subscribe } from "./support/write.ts";

inBoth("[MQTT-4.7.1-1] [3:MQTT-4.7.1-2] # stands alone and last; anything else ends the connection", async (mqtt) => {
  for (const filter of ["a#", "#a", "a/#/b", "##", "a/b#", "#/", "+#", "a/+#"]) {
    await mqtt.offends(subscribe(mqtt.version, 1, [{ filter }]), 0x8f, 0x81, 0x82);
  }
});

inBoth("[MQTT-4.7.1-2] [3:MQTT-4.7.1-3] + fills a whole level; anything else ends the connection", async (mqtt) => {
  for (const filter of ["a+", "+a", "a/b+", "a/+b/c", "++", "a/++", "+#"]) {
    await mqtt.offends(subscribe(mqtt.version, 1, [{ filter }]), 0x8f, 0x81, 0x82);
  }
});

inAll(
  "[MQTT-4.7.1-1] [MQTT-4.7.1-2] [3:MQTT-4.7.1-2] [3:MQTT-4.7.1-3] # and + are accepted wherever they may stand",
  async (mqtt) => {
    const base = mqtt.topic();
    const filters = [
      "#",
      "+",
      "+/+",
      "+/#",
      "/+",
      "/#",
      `${base}/#`,
      `${base}/+`,
      `${base}/+/#`,
      `+/${base}/+`,
      `${base}/+/x/+/#`,
    ];
    const client = await mqtt.connect();
    const { codes } = await client.subscribe(
      filters.map((filter) => ({ filter: filter.startsWith("+") || filter === "#" ? `${base}x/${filter}` : filter })),
    );
    expect(codes).toEqual(filters.map(() => 0));
  },
);

/** Below a prefix of the test: filter, topics that match, topics that do not. */
const MATCHING: readonly [string, readonly string[], readonly string[]][] = [
  ["sport/tennis", ["sport/tennis"], ["sport", "sport/tennis/", "/sport/tennis", "Sport/tennis", "sport/tennis/x"]],
  ["sport/#", ["sport", "sport/", "sport/tennis", "sport/a/b/c", "sport//"], ["sports", "sport2/x", "x/sport"]],
  ["sport/+", ["sport/tennis", "sport/"], ["sport", "sport/tennis/x", "sport//x"]],
  ["+", ["x", ""], ["x/y", "/", "x/"]],
  ["+/+", ["/finance", "a/b", "/", "a/"], ["finance", "a/b/c", "//"]],
  ["/+", ["/finance", "/"], ["finance", "//", "a/b"]],
  ["+/b/+", ["a/b/c", "/b/", "b/b/b"], ["a/b", "a/c/c", "a/b/c/d"]],
  ["a/+/#", ["a/b", "a/b/c", "a/", "a//"], ["a", "b/b"]],
  ["a//b", ["a//b"], ["a/b", "a/x/b", "a///b"]],
  ["a/", ["a/"], ["a", "a//", "a/b"]],
  ["$x/#", ["$x", "$x/y"], ["x/y", "$y/x"]],
  ["ä/😀/+", ["ä/😀/é"], ["a/😀/é", "ä/😀"]],
];

inBoth(
  "[MQTT-3.3.2-3] [3:MQTT-3.3.2-3] [MQTT-4.7.1-1] [3:MQTT-4.7.1-3] filters match what the standard says they match",
  async (mqtt) => {
    await Promise.all(
      MATCHING.map(async ([filter, matching, others], index) => {
        const base = mqtt.topic(`${index}`);
        const client = await mqtt.subscriber(`${base}/${filter}`);
        const publisher = await mqtt.connect();
        for (const topic of [...matching, ...others]) {
          await publisher.publish({ topic: `${base}/${topic}`, payload: topic });
        }
        await publisher.publish({ topic: `${base}/${matching[0]}`, payload: "end" });
        const received = [];
        for (let message = await client.message(); message.text !== "end"; message = await client.message()) {
          received.push(message.text);
        }
        expect(received, filter).toEqual(matching);
      }),
    );
  },
);

inAll(
  "[MQTT-4.7.2-1] [3:MQTT-4.7.2-1] filters that begin with a wildcard do not match topics that begin with $",
  async (mqtt) => {
    const rest = mqtt.topic();
    const client = await mqtt.connect();
    await client.subscribe([{ filter: `+/${rest}` }, { filter: `+/${rest}/#` }, { filter: `$seen/${rest}` }]);
    const publisher = await mqtt.connect();
    await publisher.publish({ topic: `$hidden/${rest}`, payload: "hidden" });
    await publisher.publish({ topic: `$seen/${rest}`, payload: "seen" });
    await publisher.publish({ topic: `plain/${rest}`, payload: "plain" });
    expect((await client.message()).text).toBe("seen");
    expect((await client.message()).text).toBe("plain");
  },
);

in5("[MQTT-4.7.2-1] that holds for Shared Subscriptions too", async (mqtt) => {
  const rest = mqtt.topic();
  const client = await mqtt.subscriber(`$share/g/+/${rest}`);
  const publisher = await mqtt.connect();
  await publisher.publish({ topic: `$hidden/${rest}`, payload: "hidden" });
  await publisher.publish({ topic: `plain/${rest}`, payload: "plain" });
  expect((await client.message()).text).toBe("plain");
});

in5("[MQTT-4.7.2-1] [MQTT-4.8.2-1] a Shared Subscription may name a topic that begins with $", async (mqtt) => {
  const topic = `$seen/${mqtt.topic()}`;
  const client = await mqtt.subscriber(`$share/g/${topic}`);
  await (await mqtt.connect()).publish({ topic, payload: "seen" });
  expect((await client.message()).text).toBe("seen");
});

inAll("[MQTT-4.7.2-1] [3:MQTT-4.7.2-1] a $ further on is a character like others", async (mqtt) => {
  const client = await mqtt.subscriber(mqtt.topic("+/#"));
  const publisher = await mqtt.connect();
  await publisher.publish({ topic: mqtt.topic("$a/b"), payload: "a" });
  expect((await client.message()).text).toBe("a");
});

in311("[3:MQTT-4.7.3-1] a topic, a filter and a filter to remove have at least one character", async (mqtt) => {
  await mqtt.offends(publish(4, { topic: "" }));
  await mqtt.offends(subscribe(4, 1, [{ filter: "" }]));
  await mqtt.offends("a2 04 0001 0000");
});

in5("[MQTT-4.7.3-1] a topic, a filter and a filter to remove have at least one character", async (mqtt) => {
  await mqtt.offends(publish(5, { topic: "" }), 0x81, 0x82, 0x90);
  await mqtt.offends(subscribe(5, 1, [{ filter: "" }]), 0x81, 0x82, 0x8f);
  await mqtt.offends("a2 05 0001 00 0000", 0x81, 0x82, 0x8f);
});

inBoth("[MQTT-4.7.3-1] [3:MQTT-4.7.3-1] a single slash, a space and empty levels are topics", async (mqtt) => {
  const publisher = await mqtt.connect();
  for (const topic of [
    mqtt.topic(""),
    `/${mqtt.topic()}`,
    mqtt.topic("/"),
    mqtt.topic("//"),
    mqtt.topic(" "),
    ` ${mqtt.topic()}`,
  ]) {
    const client = await mqtt.subscriber(topic);
    await publisher.publish({ topic });
    expect((await client.message()).topic).toBe(topic);
  }
  expect((await (await mqtt.connect()).subscribe([{ filter: "/" }, { filter: " " }])).codes).toEqual([0, 0]);
});

inBoth("[MQTT-4.7.3-3] [3:MQTT-4.7.3-3] topics and filters of 65,535 bytes work", async (mqtt) => {
  const topic = mqtt.topic("é").padEnd(65_534, "x");
  expect(Buffer.byteLength(topic)).toBe(65_535);
  const client = await mqtt.subscriber(topic, 1);
  await (await mqtt.connect()).publish({ topic, payload: "long", qos: 1, retain: true });
  expect(await client.take()).toMatchObject({ topic, text: "long" });
  expect((await (await mqtt.subscriber(topic)).message()).text).toBe("long");
});

const deep = withBroker({ options: { maximumTopicLevels: Number.POSITIVE_INFINITY } });

deep.inBoth(
  "[MQTT-4.7.3-3] [3:MQTT-4.7.3-3] also with 65,536 levels, where the broker does not limit them",
  async (mqtt) => {
    const topic = "/".repeat(65_535);
    const client = await mqtt.connect();
    await client.subscribe([{ filter: topic }, { filter: "+/".repeat(32_767) }]);
    await client.publish({ topic, payload: "deep" });
    expect((await client.message()).text).toBe("deep");
  },
);

inBoth(
  "[MQTT-4.7.3-4] [3:MQTT-4.7.3-4] nothing is normalised: neither case, nor Unicode forms, nor dots and slashes",
  async (mqtt) => {
    const names = [
      "e\u0301",
      "\u00e9",
      "E\u0301",
      "ﬁ",
      "fi",
      "ß",
      "SS",
      "ss",
      "A",
      "a",
      ".",
      "..",
      "a%2Fb",
      "Ａ",
      "\u200B",
      "",
    ];
    const client = await mqtt.connect();
    await client.subscribe(names.map((name) => ({ filter: mqtt.topic(name) })));
    const publisher = await mqtt.connect();
    for (const name of names) {
      const topic = mqtt.topic(name);
      await publisher.publish({ topic, payload: Buffer.from(name) });
      const message = await client.message();
      expect(message.topicBytes).toEqual(Buffer.from(topic));
      await client.unsubscribe(topic);
      await publisher.publish({ topic });
    }
    await client.quiet();
  },
);

inBoth("[MQTT-4.7.3-4] [3:MQTT-4.7.3-4] names that mean something in JavaScript mean nothing here", async (mqtt) => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "length"]) {
    const topic = mqtt.topic(name);
    const client = await mqtt.subscriber(mqtt.topic(`${name}/#`));
    const publisher = await mqtt.connect();
    await publisher.publish({ topic, payload: name, retain: true, qos: 1 });
    expect((await client.message()).text).toBe(name);
    expect((await (await mqtt.subscriber(topic)).message()).text).toBe(name);
  }
});

withBroker({}).in5(
  "[4.7 reserved] topics that begin with $SYS/ and $CONTROL/ are the broker's own: 0x87",
  async (mqtt) => {
    const client = await mqtt.connect();
    for (const topic of ["$SYS/x", "$CONTROL/y"]) {
      expect(await client.publish({ topic, qos: 1 })).toMatchObject({ code: 0x87 });
    }
    expect(await client.publish({ topic: `$mine/${mqtt.topic()}`, qos: 1 })).toMatchObject({ code: 0x10 });
  },
);

in311("[3:MQTT-3.3.5-2] publishing to $SYS harms nobody", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(publish(4, { topic: "$SYS/broker/forged", qos: 1, id: 1 }));
  await client.raw.until(() => client.raw.isClosed || client.raw.frames.length > 0, "an answer or the end");
  if (!isRemote) {
    expect(client.raw.isClosed).toBe(false);
  }
});
