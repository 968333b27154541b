import { expect, test } from "vitest";
import { bundleProgram } from "../../../src/build/bundle.mjs";

const { files, inputs } = await bundleProgram("src/cli/mqtk.ts", { packages: "bundle" });

/** The folders of src/, and the packages, that a bundle has code of. */
function contentsOf(bundle: string): Set<string | undefined> {
  const names = inputs.get(bundle)?.map((file) => /^(?:src|node_modules)\/([^/]+)/.exec(file)?.[1]);
  return new Set(names);
}

test("what lists the commands holds no client, no broker and no benchmark", () => {
  const contents = contentsOf("mqtk.js");
  expect(contents).toContain("cli");
  for (const name of ["client", "connection", "delivery", "broker", "bench", "ora", "cli-table3"]) {
    expect(contents).not.toContain(name);
  }
});

test.each(["pub", "sub"])("%s holds the client and no broker", (command) => {
  const contents = contentsOf(`commands/${command}.js`);
  expect(contents).toContain("client");
  for (const name of ["broker", "bench", "ora", "cli-table3", "hdr-histogram-js"]) {
    expect(contents).not.toContain(name);
  }
});

test("a command is started without the definitions of the others", () => {
  const definitions = inputs.get("commands/pub.js")?.filter((file) => file.endsWith("/definition.ts"));
  expect(definitions).toEqual(["src/cli/commands/pub/definition.ts"]);
});

test.each(["mqtk.js", "commands/pub.js", "commands/sub.js"])(
  "%s asks no clock that has to be loaded first",
  (bundle) => {
    // `performance.now` loads node:perf_hooks: a millisecond of every start.
    expect(Buffer.from(files.get(bundle) ?? []).toString()).not.toContain("performance.now");
  },
);
