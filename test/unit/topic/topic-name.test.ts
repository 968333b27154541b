import { expect, test } from "vitest";
import { isValidTopicName, topicLevels } from "../../../src/topic/topic-name.ts";

test.each(["a", "/", "a/b", "$x", " ", "ä€😀", "a".repeat(65_535)])("a topic name: %.20s", (topic) => {
  expect(isValidTopicName(topic)).toBe(true);
});

test.each(["", "a/+", "#", "a\0b", "\ud800", "a".repeat(65_536)])("no topic name: %.20s", (topic) => {
  expect(isValidTopicName(topic)).toBe(false);
});

test("empty levels are levels", () => {
  const topic = Buffer.from("/a//");
  expect(topicLevels(topic, 0, topic.length)).toBe(4);
});
