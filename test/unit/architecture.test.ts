import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../src/build/paths.mjs";
import { type Import, importsOf, violationsOf } from "../support/architecture.ts";

const source = path.join(root, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll(path.sep, "/"))
  .filter((file) => file.endsWith(".ts") && !file.startsWith("build/"));

test("imports point down the map and go through doors", () => {
  expect(files).toContain("errors.ts");
  const violations = files.flatMap((file) =>
    violationsOf(file, importsOf(readFileSync(path.join(source, file), "utf8"))),
  );
  expect(violations).toEqual([]);
});

test("beside the folders stand only the files that all may import", () => {
  expect(files.filter((file) => !file.includes("/")).sort()).toEqual(["clock.ts", "errors.ts"]);
});

describe("the rules", () => {
  const value = (specifier: string): Import => ({ kind: "value", specifier });
  const type = (specifier: string): Import => ({ kind: "type", specifier });
  const lazy = (specifier: string): Import => ({ kind: "lazy", specifier });

  test.each<[string, Import]>([
    ["broker/routing/router.ts", value("../../codec/index.ts")],
    ["broker/routing/router.ts", value("./route-cache.ts")],
    ["delivery/sender.ts", type("../codec/index.ts")],
    ["codec/connect.ts", value("../errors.ts")],
    ["cli/main.ts", lazy("./commands/pub/run.ts")],
    ["cli/commands/broker/run.ts", lazy("../../../broker/auth/jwt.ts")],
    ["transport/tcp.ts", value("node:net")],
    ["codec/connect.ts", value("node:buffer")],
  ])("%s may have %o", (file, one) => {
    expect(violationsOf(file, [one])).toEqual([]);
  });

  test.each<[string, Import, string]>([
    ["client/client.ts", value("../broker/index.ts"), "client/ may not import broker/"],
    ["broker/broker.ts", lazy("../client/client.ts"), "broker/ may not import client/"],
    ["codec/connect.ts", type("../topic/index.ts"), "codec/ may not import topic/"],
    ["delivery/sender.ts", value("../codec/index.ts"), "delivery/ may import only types of codec/"],
    ["connection/outbox.ts", lazy("../transport/tcp.ts"), "connection/ may import only types of transport/"],
    ["client/client.ts", value("../codec/publish.ts"), '"../codec/publish.ts" passes by the door of codec/'],
    ["delivery/sender.ts", type("../codec/publish.ts"), '"../codec/publish.ts" passes by the door of codec/'],
    ["cli/main.ts", value("../build/paths.ts"), "cli/ may not import build/"],
    ["cli/main.ts", value("./program"), '"./program" lacks the extension .ts'],
    ["cli/main.ts", value("../../test/support/peers.ts"), '"../../test/support/peers.ts" is outside of src/'],
    ["errors.ts", value("./codec/index.ts"), "/ may not import codec/"],
    ["broker/broker.ts", value("node:net"), 'only transport/ knows "node:net"'],
    ["bench/run-bench.ts", value("ora"), 'only cli/ knows "ora"'],
  ])("%s may not have %o", (file, one, problem) => {
    expect(violationsOf(file, [one])).toEqual([`${file}: ${problem}`]);
  });

  test("every form of import is seen, and no comment", () => {
    const text = [
      'import net from "node:net";',
      'import "./effect.ts";',
      'import {\n  one,\n  two,\n} from "../codec/index.ts";',
      'import type { Packet } from "../codec/packet.ts";',
      'export * from "./outbox.ts";',
      'export type { Stream } from "../transport/index.ts";',
      "/** Not one:",
      'import "./comment.ts";',
      "*/",
      '// import "./line.ts";',
      'const run = async () => (await import("./commands/pub/run.ts")).run();',
      'new Worker(new URL("./worker.ts", import.meta.url)); new URL("mqtt://host");',
    ].join("\n");
    expect(importsOf(text)).toEqual([
      value("node:net"),
      value("./effect.ts"),
      value("../codec/index.ts"),
      type("../codec/packet.ts"),
      value("./outbox.ts"),
      type("../transport/index.ts"),
      lazy("./commands/pub/run.ts"),
      lazy("./worker.ts"),
    ]);
  });
});
