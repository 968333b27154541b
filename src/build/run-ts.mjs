// Runs a TypeScript file: node src/build/run-ts.mjs FILE [ARGUMENT…]. It is bundled as the program itself is, with all
// packages left to node_modules, so that a benchmark measures the form in which the program is shipped.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { writeFolder } from "./build.mjs";
import { bundleProgram } from "./bundle.mjs";
import { root } from "./paths.mjs";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node src/build/run-ts.mjs FILE [ARGUMENT…]");
  process.exit(2);
}
const bundles = await bundleProgram(path.relative(root, file), { packages: "external" });
const [program] = bundles.keys();
const folder = path.join(root, "node_modules/.cache/mqtk", file.replaceAll(/\W+/g, "-"));
writeFolder(folder, new Map([...bundles].map(([name, bundle]) => [name, Buffer.from(bundle.contents)])));
const { status, signal } = spawnSync(
  process.execPath,
  [...process.execArgv, path.join(folder, program ?? ""), ...args],
  {
    stdio: "inherit",
  },
);
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
