import { expect, test } from "vitest";
import { bundleProgram } from "../../../src/build/bundle.mjs";

const { files, inputs } = await bundleProgram("src/cli/main.ts", { packages: "bundle" });

/** The folders of src/, and the packages, that a bundle has code of. */
function contentsOf(bundle: string): Set<string | undefined> {
  const names = inputs.get(bundle)?.map((file) => /^(?:src|node_modules)\/([^/]+)/.exec(file)?.[1]);
  return new Set(names);
}

test("what every command starts with holds no client, no broker and no benchmark", () => {
  const contents = contentsOf("main.js");
  expect(contents).toContain("cli");
  for (const name of ["client", "connection", "delivery", "broker", "bench", "ora", "cli-table3"]) {
    expect(contents).not.toContain(name);
  }
});

test.each(["pub", "sub"])("%s holds the client and no broker", (command) => {
  const contents = contentsOf(`commands/${command}.js`);
  expect(contents).toContain("client");
  for (const name of ["broker", "bench", "commander", "ora", "cli-table3", "hdr-histogram-js"]) {
    expect(contents).not.toContain(name);
  }
});

test.each(["main.js", "commands/pub.js", "commands/sub.js"])(
  "%s asks no clock that has to be loaded first",
  (bundle) => {
    // `performance.now` loads node:perf_hooks: a millisecond of every start.
    expect(Buffer.from(files.get(bundle) ?? []).toString()).not.toContain("performance.now");
  },
);
