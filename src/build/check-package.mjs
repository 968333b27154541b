// What npm would publish: everything that users need and nothing else. Also looks at the lockfile.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

const NEEDED = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "bin/mqtk.js"].concat(
  ["mqtk.bash", "_mqtk", "mqtk.fish", "mqtk.ps1", "bench-scenario.schema.json"].map((name) => `completions/${name}`),
  ["mqtk.js", "commands/pub.js", "third-party-licenses.txt"].map((name) => `dist/${name}`),
);
const FURTHER = /^dist\/[\w/-]+\.js$/;

const [{ files }] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, encoding: "utf8" }),
);
/** @type {string[]} */
const names = files.map((/** @type {{ path: string }} */ file) => file.path);
const problems = [
  ...NEEDED.filter((name) => !names.includes(name)).map((name) => `the package lacks ${name}`),
  ...names.filter((name) => !NEEDED.includes(name) && !FURTHER.test(name)).map((name) => `the package holds ${name}`),
];
if (/"resolved": "https?:/.test(readFileSync(path.join(root, "package-lock.json"), "utf8"))) {
  problems.push("package-lock.json names a registry's host");
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
