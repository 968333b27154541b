import { describe, expect, test } from "vitest";
import { TopicStrings } from "../../../src/client/topic-strings.ts";

describe("topics that arrive", () => {
  const stringOf = (topics: TopicStrings, bytes: Buffer): string => topics.of(bytes, 0, bytes.length);

  test("are found by their bytes, wherever those lie, and never confused", () => {
    const topics = new TopicStrings();
    for (let index = 0; index < 20_000; index++) {
      const topic = `plant/${(index * 7919) % 5000}/ü`;
      const bytes = Buffer.from(`xx${topic}yy`);
      expect(topics.of(bytes, 2, bytes.length - 2)).toBe(topic);
    }
  });

  test("keep no reference to the chunk they came in", () => {
    const topics = new TopicStrings();
    const bytes = Buffer.from("abc");
    expect(stringOf(topics, bytes)).toBe("abc");
    bytes.write("xyz");
    expect(stringOf(topics, bytes)).toBe("xyz");
    expect(stringOf(topics, Buffer.from("abc"))).toBe("abc");
  });

  test("keep a byte order mark: it is part of the topic [MQTT-1.5.4-3]", () => {
    expect(stringOf(new TopicStrings(), Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe("\ufeffa");
  });

  test.each(["", "612b", "23", "6100", "c328", "eda080", "c080", "f4908080"])("0x%s is none", (hex) => {
    const topics = new TopicStrings();
    for (let time = 0; time < 2; time++) {
      expect(() => stringOf(topics, Buffer.from(hex, "hex"))).toThrow(expect.objectContaining({ code: "protocol" }));
    }
  });
});
