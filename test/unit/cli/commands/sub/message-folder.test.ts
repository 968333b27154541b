import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { folderNames, MessageFolder } from "../../../../../src/cli/commands/sub/message-folder.ts";
import { temporaryFolder, Witness } from "../../../../support/in-process.ts";

const NOON = Date.parse("2026-11-22T12:00:00.250Z");

test.each([
  ["plant/1/temperature", "plant/1/temperature"],
  ["../../etc/cron.d/x", "%2E%2E/%2E%2E/etc/cron.d/x"],
  ["/abs", "%/abs"],
  ["a//b/", "a/%/b/%"],
  [".hidden/..", "%2Ehidden/%2E%2E"],
  ["CON/nul.txt/com1", "%43ON/%6Eul.txt/%63om1"],
  ["a\\b", "a%5Cb"],
  ["trailing./dots...", "trailing%2E/dots..%2E"],
  ["%2e%2e", "%252e%252e"],
  ["ü b", "%C3%BC%20b"],
  ["@20261122T120000", "%4020261122T120000"],
  ["-rf", "-rf"],
])("[PT-01] %s is saved below %s", (topic, names) => {
  expect(folderNames(topic).join("/")).toBe(names);
});

test("[PT-01] long and deep topics have bounded names, and different topics different ones", () => {
  const long = folderNames(`a/${"x".repeat(5000)}/b`);
  expect(long[1]).toMatch(/^x{100}~[0-9a-f]{32}$/);
  const deep = folderNames("d/".repeat(30_000));
  expect(deep).toHaveLength(32);
  expect(folderNames(`${"y".repeat(199)}/`.repeat(20)).join("/").length).toBeLessThan(2000);
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ unit: "binary", minLength: 1 }),
      (one, other) => {
        const names = folderNames(one);
        for (const name of names) expect(name).toMatch(/^(?!\.)[A-Za-z0-9_.%~-]+(?<!\.)$/);
        if (one !== other) expect(names).not.toEqual(folderNames(other));
      },
    ),
  );
});

test("[PT-01] a and a/b do not collide; nothing that is there is written over; links are not followed", () => {
  const root = path.join(temporaryFolder(), "out");
  const elsewhere = temporaryFolder();
  const folder = new MessageFolder(root);
  const first = folder.save("a", Buffer.from("1"), NOON);
  expect(first).toBe(path.join(root, "a", "@20261122T120000.250000Z-1"));
  folder.save("a/b", Buffer.from("2"), NOON);
  folder.save("a", Buffer.alloc(0), NOON);
  expect(readdirSync(path.join(root, "a")).sort()).toEqual([
    "@20261122T120000.250000Z-1",
    "@20261122T120000.250000Z-3",
    "b",
  ]);
  const again = new MessageFolder(root).save("a", Buffer.from("4"), NOON);
  expect(again).toBe(path.join(root, "a", "@20261122T120000.250000Z-2"));
  expect(readFileSync(first, "utf8")).toBe("1");
  symlinkSync(elsewhere, path.join(root, "link"));
  expect(() => folder.save("link/x", Buffer.from("x"), NOON)).toThrow("link is there, and is no folder");
  mkdirSync(path.join(root, "l"));
  symlinkSync(path.join(elsewhere, "target"), path.join(root, "l", "@20261122T120000.250000Z-4"));
  folder.save("l", Buffer.from("x"), NOON);
  expect(existsSync(path.join(elsewhere, "target"))).toBe(false);
  writeFileSync(path.join(root, "file"), "");
  expect(() => folder.save("file/x", Buffer.from("x"), NOON)).toThrow("file is there, and is no folder");
  expect(() => new MessageFolder(path.join(root, "file", "x"))).toThrow("cannot make");
});

test("sub --save-dir writes payloads and prints their names", async () => {
  const witness = await Witness.start();
  const root = path.join(temporaryFolder(), "out");
  await witness.run(["pub", "-r", "-t", "../x", "-m", "00ff0a", "--encode", "hex"]);
  const { code, stdout } = await witness.run(["sub", "-t", "#", "-C", "1", "--save-dir", root]);
  expect(code).toBe(0);
  const name = stdout.trimEnd();
  expect(name).toMatch(/%2E%2E\/x\/@\d{8}T\d{6}\.\d{6}Z-1$/);
  expect(readFileSync(name).toString("hex")).toBe("00ff0a");
});

test("sub --output adds what would be printed to a file, and puts it aside", async () => {
  const witness = await Witness.start();
  const folder = temporaryFolder();
  const file = path.join(folder, "log");
  await witness.run(["pub", "-r", "-t", "a/1", "-m", "two\nlines"]);
  await witness.run(["pub", "-r", "-t", "a/2", "-m", '{"t":1}', "--encode", "cbor"]);
  const run = (...words: string[]) => witness.run(["sub", "-t", "a/#", "-C", "2", "--output", file, ...words]);
  expect(await run("-v", "--decode", "auto")).toEqual({ code: 0, stdout: "", stderr: "" });
  await run("-F", "%t;", "-N");
  await run("--json", "--rotate-size", "100", "--keep", "5");
  const old = readdirSync(folder).filter((name) => name !== "log");
  expect(old).toHaveLength(2);
  const [first, second] = old.sort().map((name) => readFileSync(path.join(folder, name), "utf8"));
  expect(first).toBe('a/1 two\nlines\na/2 {"t":1}\na/1;a/2;\n');
  expect(JSON.parse(second as string)).toMatchObject({ topic: "a/1" });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ topic: "a/2" });
});

test.each([
  [["--output", "x", "--save-dir", "y"], "--output and --save-dir contradict each other"],
  [["--output", "x", "--watch"], "--output and --watch contradict each other"],
  [["--save-dir", "x", "--json"], "--save-dir and --json contradict each other"],
  [["--keep", "1"], "--rotate-size, --rotate-every and --keep need --output"],
  [["--output", "x", "--keep", "1"], "--keep needs --rotate-size or --rotate-every"],
  [["--output", "/nope/x"], "cannot write /nope/x: no such file or directory"],
  [["--save-dir", "/dev/null/x"], "cannot make /dev/null/x"],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["sub", "-t", "a", ...words]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
