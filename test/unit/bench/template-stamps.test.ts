import { describe, expect, test } from "vitest";
import { withOwnTopics } from "../../../src/bench/own-topics.ts";
import { scenarioOf } from "../../../src/bench/scenarios/index.ts";
import { TemplateStamps } from "../../../src/bench/template-stamps.ts";

describe("payloads from a template", () => {
  const stamps = new TemplateStamps('{"seq":{{seq}},"i":{{i}}}');
  const first = stamps.write(7, 3, 41, 100, 200);

  test("the text, made for this message, and what proves it", () => {
    expect(first.subarray(0, -24).toString()).toBe('{"seq":42,"i":3}');
    expect(stamps.typicalSize).toBe('{"seq":1,"i":0}'.length + 24);
    const padded = Buffer.concat([Buffer.from("before"), first, Buffer.from("behind")]);
    expect(stamps.streamOf(padded, 6, 6 + first.length)).toBe(3);
    expect(stamps.read(7, 3, padded, 6, 6 + first.length)).toBe(true);
    expect([stamps.sequence, stamps.intended, stamps.sent]).toEqual([41, 100, 200]);
  });

  test("every changed bit, another stream and another key are found", () => {
    for (let bit = 0; bit < first.length * 8; bit++) {
      const changed = Buffer.from(first);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(stamps.read(7, 3, changed, 0, changed.length), `bit ${bit}`).toBe(false);
    }
    expect(stamps.read(7, 2, first, 0, first.length)).toBe(false);
    expect(stamps.read(8, 3, first, 0, first.length)).toBe(false);
    for (const length of [0, 23, first.length - 1]) expect(stamps.read(7, 3, first, 0, length)).toBe(false);
    expect(stamps.streamOf(first, 0, 23)).toBe(-1);
  });
});

describe("topics from a template", () => {
  const topologyOf = (name: string) => {
    const scenario = scenarioOf(name);
    if (scenario.kind !== "flow") throw new Error("no flow");
    return withOwnTopics(scenario.topology({ publishers: 2, subscribers: 2, clients: 0, count: 0 }, "b"), "x/{{i}}/y");
  };

  test("publishers, subscribers, groups and responders follow", () => {
    expect(topologyOf("pair")).toMatchObject({
      publishers: ["x/0/y", "x/1/y"],
      subscribers: [{ filters: ["x/0/y"] }, { filters: ["x/1/y"] }],
    });
    expect(topologyOf("fan-out").subscribers[1]?.filters).toEqual(["x/0/y", "x/1/y"]);
    expect(topologyOf("shared").subscribers[0]?.filters).toEqual(["$share/mqtk/x/0/y", "$share/mqtk/x/1/y"]);
    expect(topologyOf("rr")).toMatchObject({
      subscribers: [{ filters: ["x/0/y/response"] }, { filters: ["x/1/y/response"] }],
      responders: [{ filter: "x/0/y", answerTo: "x/0/y/response" }, { filter: "x/1/y" }],
    });
  });

  test.each([
    ["same", "several publishers the same topic"],
    ["a/{{i}}/#", "cannot be published to"],
  ])("%s is refused", (template, reason) => {
    const topology = { publishers: ["0", "1"], subscribers: [] };
    expect(() => withOwnTopics(topology, template)).toThrow(reason);
  });
});
