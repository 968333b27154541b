import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../../../src/cli/command-line.ts";
import { type BenchValues, benchDefinition } from "../../../../../src/cli/commands/bench/definition.ts";
import { planFrom } from "../../../../../src/cli/commands/bench/plan-from.ts";
import { valuesFrom } from "../../../../../src/cli/values.ts";

function planned(words: string, environment: Record<string, string> = {}) {
  const line = readCommandLine(benchDefinition, words.split(" ").filter(Boolean));
  if (line.kind !== "run") throw new Error("help was asked for");
  return planFrom(valuesFrom(benchDefinition, line.typed, environment) as BenchValues);
}

const localhost = { scheme: "mqtt", host: "localhost", port: 1883, path: "" };

test("without anything: all QoS with an embedded broker", () => {
  const { plan, password } = planned("");
  expect(plan).toMatchObject({ target: "embedded", pairs: 10, duration: 5000, warmUp: 1000 });
  expect(plan.connection).toMatchObject({
    protocolVersion: 5,
    cleanStart: true,
    keepAlive: 60,
    connectTimeout: 10_000,
  });
  expect(plan.cells.map(({ qos, payloadSize, loads }) => [qos, payloadSize, loads.length])).toEqual([
    [0, 64, 2],
    [1, 64, 2],
    [2, 64, 2],
  ]);
  expect(password).toBeUndefined();
});

describe("the target", () => {
  test.each([
    ["mqtt://localhost", localhost],
    ["-L mqtt://localhost", localhost],
    ["-h localhost", localhost],
    ["-p 1884", { ...localhost, port: 1884 }],
    ["--unix /run/mqtt.sock", { scheme: "unix", host: "", port: 0, path: "/run/mqtt.sock" }],
    ["unix:/run/mqtt.sock", { scheme: "unix", host: "", port: 0, path: "/run/mqtt.sock" }],
  ])("%s", (words, target) => {
    expect(planned(words).plan.target).toEqual(target);
  });

  test("from the environment, as `mqtk broker --exec mqtk bench` sets it; the operand comes first", () => {
    const environment = { MQTK_URL: "mqtt://elsewhere" };
    expect(planned("", environment).plan.target).toMatchObject({ host: "elsewhere" });
    expect(planned("mqtt://localhost", environment).plan.target).toEqual(localhost);
  });

  test("two of them", () => {
    expect(() => planned("mqtt://localhost -p 1884")).toThrow("name different brokers");
  });
});

test("the password is used, and never part of the plan", () => {
  const { plan, password } = planned("mqtt://ann:s3cret@localhost");
  expect(Buffer.from(password ?? []).toString()).toBe("s3cret");
  expect(plan.connection.userName).toBe("ann");
  expect(JSON.stringify(plan)).not.toContain("s3cret");
});

test("a matrix at one rate", () => {
  const { plan } = planned("-q 1,2 --size 16,1k --rate 20k --duration 500ms --warmup 0 --pairs 3 -V 3.1.1");
  expect(plan).toMatchObject({ duration: 500, warmUp: 0, pairs: 3, connection: { protocolVersion: 4 } });
  expect(plan.cells).toHaveLength(4);
  expect(plan.cells[3]).toEqual({
    qos: 2,
    payloadSize: 1024,
    maximumInFlight: 20,
    loads: [{ loop: "open", rate: 20_000 }],
  });
});

test("capacity alone", () => {
  expect(planned("--max --window 7 -q 0").plan.cells[0]?.loads).toEqual([{ loop: "closed", window: 7 }]);
});

test.each([
  ["--rate 5 --max", "--rate and --max contradict each other"],
  ["--rate 5 --window 7", "--window has no meaning with --rate"],
  ["--size 15", "a payload of 15 bytes has no room"],
])("%s is refused", (words, reason) => {
  expect(() => planned(words)).toThrow(reason);
});
