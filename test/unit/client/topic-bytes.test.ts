import { describe, expect, test } from "vitest";
import { TopicBytes } from "../../../src/client/topic-bytes.ts";

describe("topics that go out", () => {
  test("are encoded with their length, once", () => {
    const topics = new TopicBytes();
    expect(topics.of("ä/b").toString("hex")).toBe("0004c3a42f62");
    const first = topics.of("x");
    topics.of("y");
    expect(topics.of("x")).toBe(first);
  });

  test("do not fill memory when each is new", () => {
    const topics = new TopicBytes();
    for (let index = 0; index < 5000; index++) expect(topics.of(`t/${index}`).length).toBe(4 + String(index).length);
  });
});
