// Runs a TypeScript file: node src/build/run-ts.mjs FILE [ARGUMENT…]. It is bundled as the program itself is, with all
// packages left to node_modules, so that a benchmark measures the form in which the program is shipped.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { root } from "./paths.mjs";
import { writeFolder } from "./write-folder.mjs";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node src/build/run-ts.mjs FILE [ARGUMENT…]");
const source = path.relative(root, file);
const folder = path.join(root, "node_modules/.cache/mqtk", source.replaceAll(/\W+/g, "-"));
const { files } = await bundleProgram(source, { packages: "external" });
const [program = ""] = files.keys();
writeFolder(folder, files);

const { status, signal } = spawnSync(process.execPath, [...process.execArgv, path.join(folder, program), ...args], {
  stdio: "inherit",
});
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
