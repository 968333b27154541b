import { describe, expect, test } from "vitest";
import { type Request, replyTo, WayBack } from "../../../../../src/cli/commands/reply/request.ts";

const request = (properties: Request["properties"] = {}, topic = "light/7/get"): Request => {
  return { topic, payload: Buffer.from("?"), qos: 1, properties };
};

describe("the way back", () => {
  test("is what the request says; -e is for those that do not", () => {
    const wayBack = new WayBack("out/%t", ["light/#"]);
    expect(wayBack.of(request({ responseTopic: "inbox/1" }))).toEqual({ topic: "inbox/1" });
    expect(wayBack.of(request())).toEqual({ topic: "out/light/7/get" });
    expect(new WayBack(undefined, ["light/#"]).of(request())).toHaveProperty("problem");
  });

  test("%1 to %9 are levels of the topic, %% is a percent sign", () => {
    expect(new WayBack("s/%2/%1/100%%", ["light/#"]).of(request())).toEqual({ topic: "s/7/light/100%" });
    expect(new WayBack("s/%4", ["light/#"]).of(request())).toEqual({
      problem: '"s/#" is no topic to publish to',
    });
  });

  test.each(["light/7/get", "light/8", "light"])(
    "a reply that would come back as a request is refused: %s",
    (topic) => {
      const wayBack = new WayBack(undefined, ["other", "$share/workers/light/#"]);
      expect(wayBack.of(request({ responseTopic: topic }))).toEqual({
        problem: `the response topic ${topic} is where requests come`,
      });
    },
  );

  test("what can be told before any request is", () => {
    expect(new WayBack("light/1", ["light/#"]).problem).toMatch(/where requests come/);
    expect(new WayBack("a/#", ["light/#"]).problem).toMatch(/no topic to publish to/);
    expect(new WayBack("light/%1", ["light/#"]).problem).toBeUndefined();
  });
});

describe("a reply", () => {
  const properties = {
    correlationData: Buffer.from([0, 255]),
    contentType: "application/json",
    payloadFormatIndicator: 1,
    messageExpiryInterval: 5,
    userProperties: [
      ["trace", "1"],
      ["trace", "2"],
    ],
  } as const;

  test("carries correlation data and user properties of its request, and those of the command line", () => {
    const own = { contentType: "text/plain", userProperties: [["by", "me"]] } as const;
    expect(replyTo(request(properties), "inbox", { payload: Buffer.from("!") }, own)).toEqual({
      topic: "inbox",
      payload: Buffer.from("!"),
      qos: 1,
      retain: false,
      properties: {
        contentType: "text/plain",
        correlationData: Buffer.from([0, 255]),
        userProperties: [...properties.userProperties, ["by", "me"]],
      },
    });
  });

  test("that echoes says what its payload is; one that failed says why", () => {
    const echo = replyTo(request(properties), "i", { payload: Buffer.from("?"), isEcho: true }, {});
    expect(echo.properties).toMatchObject({ contentType: "application/json", payloadFormatIndicator: 1 });
    const failed = replyTo(request(), "i", { payload: Buffer.alloc(0), problem: "exit code 3" }, {});
    expect(failed.properties).toEqual({ userProperties: [["mqtk-error", "exit code 3"]] });
  });

  test("before MQTT 5 has no properties", () => {
    expect(replyTo(request(properties), "i", { payload: Buffer.alloc(0) }, undefined)).not.toHaveProperty("properties");
  });
});
