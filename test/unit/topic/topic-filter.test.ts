import { describe, expect, test } from "vitest";
import { matches, parseTopicFilter } from "../../../src/topic/topic-filter.ts";

describe("parseTopicFilter", () => {
  test.each(["a", "/", "a/b", "#", "+", "a/#", "+/a/+", "/+", "//", "$SYS/#", "$share", "$shared/x", "a b/ä"])(
    "takes %s",
    (filter) => {
      expect(parseTopicFilter(filter)).toMatchObject({ filter, shareName: undefined });
    },
  );

  test.each([
    ["[MQTT-4.7.3-1] empty", ""],
    ["[MQTT-4.7.1-1] # not last", "a/#/b"],
    ["[MQTT-4.7.1-1] # not alone", "a#"],
    ["[MQTT-4.7.1-2] + not alone", "+x"],
    ["[MQTT-4.7.3-2] U+0000", "a\0"],
    ["[MQTT-4.8.2-1] empty share name", "$share//a"],
    ["[MQTT-4.8.2-2] wildcard in share name", "$share/+/a"],
    ["[MQTT-4.8.2-2] no filter behind the share name", "$share/a"],
    ["[MQTT-4.8.2-2] empty filter behind the share name", "$share/a/"],
  ])("refuses %s", (_, filter) => {
    expect(parseTopicFilter(filter)).toBeUndefined();
  });

  test("separates the share name from what topics are compared with", () => {
    expect(parseTopicFilter("$share/group/a/+")).toEqual({ filter: "a/+", shareName: "group", levels: ["a", "+"] });
    expect(parseTopicFilter("$share/g//")).toMatchObject({ filter: "/", shareName: "g" });
  });
});

describe("matches", () => {
  test.each([
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
    ["sport/#", "sport", true],
    ["#", "a/b/c", true],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    ["#", "$SYS/x", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/", true],
    ["$SYS/monitor/+", "$SYS/monitor/Clients", true],
    ["a", "A", false],
    ["a", "a/", false],
  ])("[MQTT-4.7.1-2][MQTT-4.7.2-1] %s and %s: %s", (filter, topic, expected) => {
    expect(matches(filter.split("/"), topic.split("/"))).toBe(expected);
  });
});
