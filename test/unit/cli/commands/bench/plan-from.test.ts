import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../../../src/cli/command-line.ts";
import { type BenchValues, benchDefinition } from "../../../../../src/cli/commands/bench/definition.ts";
import { planFrom } from "../../../../../src/cli/commands/bench/plan-from.ts";
import { valuesFrom } from "../../../../../src/cli/values.ts";

function planned(words: string, environment: Record<string, string> = {}) {
  return plannedFrom(words.split(" ").filter(Boolean), environment);
}

function plannedWords(...words: string[]) {
  return plannedFrom(words, {});
}

function plannedFrom(words: readonly string[], environment: Record<string, string>) {
  const line = readCommandLine(benchDefinition, words);
  if (line.kind !== "run") throw new Error("help was asked for");
  return planFrom(valuesFrom(benchDefinition, line.typed, environment) as BenchValues);
}

const localhost = { scheme: "mqtt", host: "localhost", port: 1883, path: "" };

test("--base-ref: base and head, and no other", () => {
  const start = ["--start", "./broker -p {port}"];
  expect(plannedWords("--base-ref", "main", ...start).plan).toMatchObject({
    targets: [
      { name: "base", kind: "command", command: "./broker -p {port}" },
      { name: "head", kind: "command" },
    ],
    rounds: expect.toSatisfy((rounds: number) => rounds >= 10),
  });
  expect(() => plannedWords("--base-ref", "main")).toThrow("does not say how the broker is started");
  expect(() => plannedWords(...start)).toThrow("--start has no meaning without --base-ref");
  expect(() => plannedWords("--base-ref", "main", ...start, "mqtt://localhost")).toThrow("base and head, and no other");
});

test("--budget: as many rounds as fit, and an error where none does", () => {
  const budget = (time: string) => planned(`--max -q 0 --duration 1s --warmup 500ms --rounds 10 --budget ${time}`).plan;
  expect([budget("1h").rounds, budget("10s").rounds, budget("3s").rounds]).toEqual([10, 5, 1]);
  expect(() => budget("1s")).toThrow("--budget 1s is too short: a round of what is to be measured takes about 2 s");
  expect(() => planned("--find-max --budget 1h")).toThrow("contradict each other");
});

test("without anything: all QoS with an embedded broker", () => {
  const { plan, access } = planned("");
  expect(plan).toMatchObject({
    targets: [{ name: "builtin", kind: "builtin" }],
    rounds: 1,
    duration: 5000,
    warmUp: 1000,
  });
  expect(plan.connection).toMatchObject({
    cleanStart: true,
    keepAlive: 60,
    connectTimeout: 10_000,
  });
  expect(plan.cells.map(({ id, publishers, loads }) => [id, publishers, loads.length])).toEqual([
    ["pair qos0 64B mqtt5", 10, 2],
    ["pair qos1 64B mqtt5", 10, 2],
    ["pair qos2 64B mqtt5", 10, 2],
  ]);
  expect(access.get("builtin")).toEqual({ userName: undefined, password: undefined, connection: undefined });
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
    expect(planned(words).plan.targets).toMatchObject([{ kind: "url", address: target }]);
  });

  test("from the environment, as `mqtk broker --exec mqtk bench` sets it; the operand comes first", () => {
    const environment = { MQTK_URL: "mqtt://elsewhere" };
    expect(planned("", environment).plan.targets).toMatchObject([{ address: { host: "elsewhere" } }]);
    expect(planned("mqtt://localhost", environment).plan.targets).toMatchObject([{ address: localhost }]);
  });

  test("two of them", () => {
    expect(() => planned("mqtt://localhost -p 1884")).toThrow("name different brokers");
  });
});

describe("several targets", () => {
  const words = ["--target", "a=mqtt://ann:s3cret@localhost:1884", "--target", "b=builtin"];
  const command = ["--target", "c=cmd:mosquitto -p {port}"];

  test("in their order, with rounds; the password of one is not that of the others", () => {
    const { plan, access } = plannedWords(...words, ...command, "-P", "other", "-u", "bob");
    expect(plan.targets).toMatchObject([
      { name: "a", kind: "url", address: { ...localhost, port: 1884 } },
      { name: "b", kind: "builtin" },
      { name: "c", kind: "command", command: "mosquitto -p {port}" },
    ]);
    expect(plan).toMatchObject({ rounds: 10, duration: 2000 });
    const names = ["a", "b", "c"].map((name) => access.get(name)?.userName);
    expect(names).toEqual(["bob", "bob", "bob"]);
    expect(JSON.stringify(plan)).not.toContain("s3cret");
  });

  test("with the URL as well", () => {
    expect(plannedWords("mqtt://localhost", ...words).plan.targets.map(({ name }) => name)).toEqual([
      "mqtt://localhost:1883",
      "a",
      "b",
    ]);
  });

  test("processes to account", () => {
    expect(plannedWords(...words, "--sample-pid", "a=7").pids).toEqual(new Map([["a", 7]]));
    expect(planned("mqtt://localhost --sample-pid 8").pids).toEqual(new Map([["mqtt://localhost:1883", 8]]));
    expect(() => plannedWords(...words, "--sample-pid", "7")).toThrow("does not say whose process");
    expect(() => plannedWords(...words, "--sample-pid", "b=7")).toThrow("accounted anyway");
    expect(() => plannedWords(...words, "--sample-pid", "x=7")).toThrow("a target that there is not: x");
  });

  test("two of one name", () => {
    expect(() => plannedWords(...words, "--target", "a=builtin")).toThrow("two targets have the name a");
  });
});

test("the password is used, and never part of the plan", () => {
  const { plan, access } = planned("mqtt://ann:s3cret@localhost");
  const [own] = access.values();
  expect(Buffer.from(own?.password ?? []).toString()).toBe("s3cret");
  expect(plan.connection.userName).toBe("ann");
  expect(JSON.stringify(plan)).not.toContain("s3cret");
});

test("a matrix at one rate", () => {
  const { plan } = planned("-q 1,2 --size 16,1k --rate 20k --duration 500ms --warmup 0 --pairs 3 -V 3.1.1");
  expect(plan).toMatchObject({ duration: 500, warmUp: 0 });
  expect(plan.cells).toHaveLength(4);
  expect(plan.cells[3]).toEqual({
    id: "pair qos2 1024B mqtt3.1.1",
    scenario: "pair",
    ...{ qos: 2, payloadSize: 1024, protocolVersion: 4, publishers: 3, subscribers: 3 },
    ...{ clients: 0, count: 0 },
    maximumInFlight: 20,
    loads: [{ loop: "open", arrival: "fixed", stages: [{ from: 20_000, to: 20_000, duration: 500 }] }],
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
