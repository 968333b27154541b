import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { OutputFile, type Rotation } from "../../../src/cli/output-file.ts";
import type { UsageError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../support/in-process.ts";

const NONE: Rotation = { size: undefined, time: undefined, keep: undefined };
const never = (error: UsageError): void => {
  throw error;
};

test("lines are with the system at the end of the turn, and a broken last line is ended", async () => {
  const name = path.join(temporaryFolder(), "a.jsonl");
  writeFileSync(name, '{"broken');
  const file = new OutputFile(name, NONE, never);
  file.line(Buffer.from("xoney"), 1, 4);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(readFileSync(name, "utf8")).toBe('{"broken\none\n');
  file.line(Buffer.alloc(100_000, "x"));
  file.line(Buffer.from("end"), 0, 3, Buffer.alloc(0));
  file.close();
  file.close();
  expect(readFileSync(name, "utf8")).toBe(`{"broken\none\n${"x".repeat(100_000)}\nend`);
});

test("rotation by size: no line is cut, no file is longer, the oldest go", () => {
  const folder = temporaryFolder();
  let now = Date.parse("2026-11-22T12:00:00Z");
  const file = new OutputFile(path.join(folder, "a.jsonl"), { ...NONE, size: 10, keep: 2 }, never, () => now);
  writeFileSync(path.join(folder, "a-notes.jsonl"), "of somebody else");
  for (let n = 0; n < 10; n++) {
    file.line(Buffer.from(`${n}234`));
    now += 1000;
  }
  file.close();
  const files = readdirSync(folder).sort();
  expect(files).toEqual(["a-20261122T120004000Z.jsonl", "a-20261122T120006000Z.jsonl", "a-notes.jsonl", "a.jsonl"]);
  expect(readFileSync(path.join(folder, files[0] as string), "utf8")).toBe("4234\n5234\n");
  expect(readFileSync(path.join(folder, "a.jsonl"), "utf8")).toBe("8234\n9234\n");
});

test("files that were begun in the same millisecond have different names", () => {
  const folder = temporaryFolder();
  const file = new OutputFile(path.join(folder, "a"), { ...NONE, size: 2 }, never, () => 0);
  for (const line of ["1", "2", "3"]) file.line(Buffer.from(line));
  file.close();
  const files = readdirSync(folder).sort();
  expect(files).toEqual(["a", "a-19700101T000000000Z", "a-19700101T000000000Z.0001"]);
  expect(files.map((name) => readFileSync(path.join(folder, name), "utf8"))).toEqual(["3\n", "1\n", "2\n"]);
});

test("rotation by time puts aside what is there, and no empty file", async () => {
  const folder = temporaryFolder();
  const file = new OutputFile(path.join(folder, "a"), { ...NONE, time: 20 }, never);
  file.line(Buffer.from("1"));
  while (readdirSync(folder).length < 2) await delay(5);
  await delay(50);
  expect(readdirSync(folder)).toHaveLength(2);
  file.close();
});

test("a file that cannot be written: at once, and later", async () => {
  expect(() => new OutputFile("/nope/x", NONE, never)).toThrow("cannot write /nope/x: no such file or directory");
  expect(() => new OutputFile(temporaryFolder(), NONE, never)).toThrow("cannot write");
  if (!existsSync("/dev/full")) return;
  const failures: string[] = [];
  const file = new OutputFile("/dev/full", NONE, (error) => failures.push(error.message));
  file.line(Buffer.from("x"));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  file.line(Buffer.from("y"));
  expect(() => file.close()).toThrow("cannot write /dev/full: no space left on device");
  expect(failures).toEqual(["cannot write /dev/full: no space left on device"]);
});

test.skipIf(!existsSync("/dev/full"))("what cannot be written at the very end makes close fail", () => {
  const file = new OutputFile("/dev/full", NONE, () => {});
  file.line(Buffer.from("x"));
  expect(() => file.close()).toThrow("cannot write /dev/full: no space left on device");
});

test("what others add meanwhile is not written over", () => {
  const name = path.join(temporaryFolder(), "a");
  const file = new OutputFile(name, NONE, never);
  appendFileSync(name, "other\n");
  file.line(Buffer.from("ours"));
  file.close();
  expect(readFileSync(name, "utf8")).toBe("other\nours\n");
});
