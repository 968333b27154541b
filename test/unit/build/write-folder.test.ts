import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFolder } from "../../../src/build/write-folder.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder holds exactly what is written to it", () => {
  mkdirSync(path.join(folder, "commands"));
  writeFileSync(path.join(folder, "commands/gone.js"), "old");
  writeFileSync(path.join(folder, "main.js"), "old");

  writeFolder(
    folder,
    new Map([
      ["main.js", Buffer.from("new")],
      ["commands/pub.js", Buffer.from("pub")],
    ]),
  );

  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    "commands",
    path.join("commands", "pub.js"),
    "main.js",
  ]);
  expect(readFileSync(path.join(folder, "main.js"), "utf8")).toBe("new");
});

test("a file that did not change is left alone", () => {
  const file = path.join(folder, "main.js");
  writeFileSync(file, "same");
  utimesSync(file, 1000, 1000);

  writeFolder(folder, new Map([["main.js", Buffer.from("same")]]));

  expect(statSync(file).mtimeMs).toBe(1_000_000);
});
