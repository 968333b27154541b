import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readResult } from "../../../src/bench/read-result.ts";
import { benchResult } from "../../support/bench-results.ts";

type Json = Record<string, unknown>;

/** A result as JSON in which the field at a path (`cells.0.id`) has another value; undefined takes it out. */
function resultWith(path: string, value: unknown): string {
  const result = JSON.parse(JSON.stringify(benchResult({ rounds: 2 }))) as Json;
  const keys = path.split(".");
  const last = keys.pop() as string;
  const parent = keys.reduce((object, key) => object[key] as Json, result);
  parent[last] = value;
  return JSON.stringify(result);
}

/** A histogram as from elsewhere, with such a header and counts. */
function histogram(
  header: { length?: number; digits?: number; highest?: bigint; cookie?: number },
  counts: Buffer,
): string {
  const plain = Buffer.alloc(40 + counts.length);
  plain.writeInt32BE(header.cookie ?? 0x1c84_9313, 0);
  plain.writeInt32BE(header.length ?? counts.length, 4);
  plain.writeInt32BE(header.digits ?? 3, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(header.highest ?? 2n ** 32n * 100n, 24);
  plain.writeDoubleBE(1, 32);
  counts.copy(plain, 40);
  const packed = deflateSync(plain);
  const head = Buffer.alloc(8);
  head.writeInt32BE(0x1c84_9314, 0);
  head.writeInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]).toString("base64");
}

test("what a run wrote is read back", () => {
  const result = benchResult({ targets: ["builtin", "cmd:mosquitto -p {port}"], rounds: 2, loops: ["closed", "open"] });
  expect(readResult(JSON.stringify(result), "r.json")).toEqual(result);
});

test("fields of newer versions do not matter", () => {
  expect(readResult(resultWith("cells.0.samples.0.weather", "fine"), "r.json")).toBeDefined();
});

describe("errors name file and field", () => {
  test.each<[string, unknown, string]>([
    ["schema", "mqtk-bench/1", "r.json: was written by an older mqtk (mqtk-bench/1; this one reads mqtk-bench/2)"],
    ["schema", "mqtk-bench/3", "r.json: was written by a newer mqtk (mqtk-bench/3; this one reads mqtk-bench/2)"],
    ["schema", "k6", "r.json: is no result of mqtk bench"],
    ["cells", undefined, "r.json: cells: is missing"],
    ["cells", {}, "r.json: cells: expected a list, not {}"],
    ["cells.0.qos", 3, "r.json: cells[0].qos: expected 0 or 1 or 2, not 3"],
    ["cells.0.samples.1.seconds", "5", 'r.json: cells[0].samples[1].seconds: expected a number, 0 or more, not "5"'],
    ["cells.0.samples.0.round", 1.5, "r.json: cells[0].samples[0].round: expected a whole number, 0 or more, not 1.5"],
    ["cells.0.samples.0.target", "other", "r.json: cells[0].samples[0].target: is none of the targets"],
    [
      "cells.0.samples.0.latency.p99",
      null,
      "r.json: cells[0].samples[0].latency.p99: expected a number, 0 or more, not null",
    ],
    [
      "cells.0.samples.0.timeline.2.rate",
      -1,
      "r.json: cells[0].samples[0].timeline[2].rate: expected a number, 0 or more, not -1",
    ],
    ["environment.cpu", 7, "r.json: environment.cpu: expected text, not 7"],
    ["environment.cpu", "x".repeat(70_000), "r.json: environment.cpu: is longer than 65536 characters"],
    ["startedAt", "yesterday", 'r.json: startedAt: expected a date, not "yesterday"'],
    ["targets.0.address", 5, "r.json: targets[0].address: expected an object, not 5"],
  ])("%s: %j", (path, value, message) => {
    expect(() => readResult(resultWith(path, value), "r.json")).toThrow(message);
  });

  test("no JSON, and other JSON", () => {
    expect(() => readResult("{", "r.json")).toThrow(/^r\.json is not JSON: /);
    for (const json of ["null", "[]", "7", '"text"']) {
      expect(() => readResult(json, "r.json")).toThrow("r.json: is no result of mqtk bench");
    }
  });

  test("what should be unique is", () => {
    const twice = JSON.stringify({ ...benchResult(), cells: [...benchResult().cells, ...benchResult().cells] });
    expect(() => readResult(twice, "r.json")).toThrow('cells[1].id: "pair qos0 64B mqtt5" stands there twice');
    const targets = [...benchResult().targets, ...benchResult().targets];
    expect(() => readResult(JSON.stringify({ ...benchResult(), targets }), "r.json")).toThrow("targets[1].name");
  });
});

describe("histograms from elsewhere", () => {
  const path = "cells.0.samples.0.latency.histogram";
  test.each<[string, string, string]>([
    ["no base64", "<script>", "is not base64"],
    ["another format", Buffer.from("12345678").toString("base64"), "is no HdrHistogram V2"],
    ["cut off", histogram({}, Buffer.alloc(0)).slice(0, 20), "cannot be unpacked"],
    ["a bomb", histogram({}, Buffer.alloc(50_000_000)), "cannot be unpacked"],
    ["a range that would take gigabytes", histogram({ highest: 2n ** 62n }, Buffer.alloc(0)), "has another range"],
    ["five digits", histogram({ digits: 5 }, Buffer.alloc(0)), "has another range or precision"],
    ["a length that is not so", histogram({ length: 2 ** 30 }, Buffer.alloc(0)), "has another range"],
    ["other counts than the summary", histogram({}, Buffer.from([2])), "holds 1 values, and the summary says 1000"],
    ["more counts than there are places", histogram({}, Buffer.alloc(200_000, 2)), "latency.histogram"],
  ])("%s", (_, value, problem) => {
    expect(() => readResult(resultWith(path, value), "r.json")).toThrow(problem);
  });
});
