import { expect } from "vitest";
import { in5, inBoth, withBroker } from "./support/conformance.ts";

/** Bytes that are not UTF-8, each for another reason. */
const ILL_FORMED = {
  "a lone continuation byte": "61 80",
  "a byte that never occurs": "ff",
  "a sequence cut off": "61 e2 82",
  "a sequence that breaks": "c3 28",
  "an overlong slash": "c0 af",
  "an overlong NUL": "c0 80",
  "three bytes where two will do": "e0 80 af",
  "a high surrogate": "ed a0 80",
  "a low surrogate": "ed bf bf",
  "a surrogate pair": "ed a0 bd ed b8 80",
  "beyond U+10FFFF": "f4 90 80 80",
} as const;

inBoth(
  "[MQTT-1.5.4-1] [3:MQTT-1.5.3-1] [U5-001] [MQTT-3.3.2-1] [3:MQTT-3.3.2-1] a Topic Name that is not UTF-8 ends the connection",
  async (mqtt) => {
    const properties = mqtt.version === 5 ? "[]" : "";
    await Promise.all(
      Object.values(ILL_FORMED).map((bytes) =>
        mqtt.offends(`30 [ < "${mqtt.topic()}/" ${bytes} > ${properties} ]`, 0x81, 0x90),
      ),
    );
  },
);

inBoth(
  "[MQTT-1.5.4-1] [3:MQTT-1.5.3-1] [MQTT-3.8.3-1] [3:MQTT-3.8.3-1] a Topic Filter that is not UTF-8 ends the connection",
  async (mqtt) => {
    const properties = mqtt.version === 5 ? "[]" : "";
    await Promise.all(
      Object.values(ILL_FORMED).map((bytes) => mqtt.offends(`82 [ 0001 ${properties} < ${bytes} > 00 ]`, 0x81, 0x8f)),
    );
  },
);

inBoth(
  "[MQTT-1.5.4-1] [3:MQTT-1.5.3-1] [MQTT-3.10.3-1] [3:MQTT-3.10.3-1] a filter in UNSUBSCRIBE that is not UTF-8 ends the connection",
  async (mqtt) => {
    const properties = mqtt.version === 5 ? "[]" : "";
    await Promise.all(
      Object.values(ILL_FORMED).map((bytes) => mqtt.offends(`a2 [ 0001 ${properties} < ${bytes} > ]`, 0x81, 0x8f)),
    );
  },
);

inBoth(
  "[MQTT-1.5.4-2] [3:MQTT-1.5.3-2] [U5-002] [MQTT-4.7.3-2] [3:MQTT-4.7.3-2] U+0000 in a topic or a filter ends the connection",
  async (mqtt) => {
    const properties = mqtt.version === 5 ? "[]" : "";
    await mqtt.offends(`30 [ < 61 00 62 > ${properties} ]`, 0x81, 0x90);
    await mqtt.offends(`82 [ 0001 ${properties} < 61 00 62 > 00 ]`, 0x81, 0x8f);
    await mqtt.offends(`a2 [ 0001 ${properties} < 00 > ]`, 0x81, 0x8f);
  },
);

inBoth("[MQTT-1.5.4-3] [3:MQTT-1.5.3-3] a byte order mark is a character: it is kept, and compared", async (mqtt) => {
  const topic = `\uFEFF${mqtt.topic()}`;
  const withMark = await mqtt.subscriber(topic);
  const withoutMark = await mqtt.subscriber(mqtt.topic());
  const publisher = await mqtt.connect();
  await publisher.publish({ topic, payload: "\uFEFFx" });
  await publisher.publish({ topic: mqtt.topic(), payload: "marker" });
  const message = await withMark.message();
  expect(message.topicBytes).toEqual(Buffer.from(topic));
  expect(message.payload).toEqual(Buffer.from("\uFEFFx"));
  await withMark.quiet();
  expect((await withoutMark.message()).text).toBe("marker");
});

inBoth("[MQTT-1.5.4-3] [3:MQTT-1.5.3-3] a byte order mark makes another Client Identifier", async (mqtt) => {
  const clientId = mqtt.clientId();
  await (await mqtt.connect({ clientId: `\uFEFF${clientId}`, persistent: true })).disconnect();
  expect((await mqtt.connect({ clientId, persistent: true })).connack.sessionPresent).toBe(false);
});

inBoth("[MQTT-1.5.4-1] [3:MQTT-1.5.3-1] well-formed UTF-8 of every length goes through unchanged", async (mqtt) => {
  for (const text of ["é", "ÿ", "߿", "ࠀ", "\uD7FF", "\uE000", "\uFFFD", "𐀀", "😀", "\u{10FFFD}"]) {
    const topic = mqtt.topic(text);
    const listener = await mqtt.subscriber(topic);
    await (await mqtt.connect()).publish({ topic });
    expect((await listener.message()).topicBytes).toEqual(Buffer.from(topic));
  }
});

withBroker({}).inBoth(
  "[U5-003] control characters and non-characters may be refused; mqtk lets them through",
  async (mqtt) => {
    for (const text of ["\u0001", "\u001F", "\u007F", "\u009F", "\uFFFE", "\uFFFF", "\uFDD0", "\u{1FFFF}"]) {
      const topic = mqtt.topic(text);
      const listener = await mqtt.subscriber(topic);
      await (await mqtt.connect()).publish({ topic });
      expect((await listener.message()).topicBytes).toEqual(Buffer.from(topic));
    }
  },
);

withBroker({ options: { strictUtf8: true } }).inBoth(
  "[U5-003] mqtk refuses them where it was asked to be strict",
  async (mqtt) => {
    const none = mqtt.version === 5 ? "[]" : "";
    for (const text of ["\u0001", "\u007F", "\u009F", "\uFFFE", "\u{1FFFF}"]) {
      await mqtt.offends(`30 [ <"a${text}"> ${none} ]`, 0x81, 0x90);
      await mqtt.offends(`82 [ 0001 ${none} <"a${text}"> 00 ]`, 0x81, 0x8f);
    }
  },
);

in5("[MQTT-1.5.4-1] [MQTT-3.3.2-13] [MQTT-3.3.2-19] strings among the properties must be UTF-8 too", async (mqtt) => {
  const topic = `<"${mqtt.topic()}">`;
  for (const bytes of ["ff", "ed a0 80", "61 00"]) {
    await mqtt.offends(`30 [ ${topic} [ 03 < ${bytes} > ] ]`, 0x81);
    await mqtt.offends(`30 [ ${topic} [ 08 < ${bytes} > ] ]`, 0x81);
    await mqtt.offends(`40 [ 0001 10 [ 1f < ${bytes} > ] ]`, 0x81, 0x82);
    await mqtt.offends(`e0 [ 00 [ 1f < ${bytes} > ] ]`, 0x81);
  }
});

in5("[MQTT-1.5.7-1] [U5-005] both strings of a User Property must be UTF-8", async (mqtt) => {
  const topic = `<"${mqtt.topic()}">`;
  for (const bytes of ["ff", "ed a0 80", "61 00"]) {
    await mqtt.offends(`30 [ ${topic} [ 26 < ${bytes} > <"v"> ] ]`, 0x81);
    await mqtt.offends(`30 [ ${topic} [ 26 <"k"> < ${bytes} > ] ]`, 0x81);
  }
  await mqtt.offends(`30 [ ${topic} [ 26 <"k"> ] ]`, 0x81);
});

in5("[MQTT-1.5.5-1] a variable byte integer that is longer than necessary ends the connection", async (mqtt) => {
  const topic = `<"${mqtt.topic()}">`;
  await mqtt.offends(`30 [ ${topic} 80 00 ]`, 0x81);
  await mqtt.offends(`30 [ ${topic} 83 80 00 23 0001 ]`, 0x81);
  await mqtt.offends(`82 [ 0001 03 0b 81 00 ${topic} 00 ]`, 0x81);
});

in5("[MQTT-1.5.5-1] a Remaining Length that is longer than necessary ends the connection", async (mqtt) => {
  await mqtt.offends("c0 80 00", 0x81);
  await mqtt.offends(`30 84 00 <"a"> []`, 0x81);
});

inBoth("[U5-004] a Remaining Length of more than four bytes ends the connection", async (mqtt) => {
  await mqtt.offends("30 ff ff ff ff 01", 0x81, 0x95);
  await mqtt.offends("30 80 80 80 80 01", 0x81, 0x95);
});

in5(
  "[U5-004] a Property Length or Subscription Identifier of more than four bytes ends the connection",
  async (mqtt) => {
    await mqtt.offends('30 [ <"a"> 80 80 80 80 01 ]', 0x81);
    await mqtt.offends('82 [ 0001 06 0b ff ff ff ff 01 <"a"> 00 ]', 0x81);
  },
);
