import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundleProgram } from "./bundle.mjs";
import { root } from "./paths.mjs";
import { thirdPartyLicenses } from "./third-party-licenses.mjs";

/**
 * Makes dist/: the start (`main.js`), one bundle per command (`commands/<name>.js`), other lazily imported parts, and the
 * licenses of the packages inside. As these are bundled, they are "devDependencies", and mqtk installs as one package.
 */
export async function buildProgram() {
  const bundles = await bundleProgram("src/cli/main.ts", { packages: "bundle" });
  const files = new Map([...bundles].map(([name, bundle]) => [name, Buffer.from(bundle.contents)]));
  const inputs = [...bundles.values()].flatMap((bundle) => bundle.inputs);
  files.set("third-party-licenses.txt", Buffer.from(thirdPartyLicenses(inputs)));
  writeFolder(path.join(root, "dist"), files);
}

/**
 * Makes `folder` hold exactly `files`. Each is replaced at once and only if it changed, so a program that starts meanwhile
 * finds whole files.
 * @param {string} folder
 * @param {Map<string, Buffer>} files  by name, relative to the folder
 */
export function writeFolder(folder, files) {
  for (const [name, contents] of files) {
    const file = path.join(folder, name);
    if (contentsOf(file)?.equals(contents)) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll(path.sep, "/");
    if (entry.isFile() && !files.has(name) && !name.endsWith(".tmp")) rmSync(file, { force: true });
  }
}

/** @param {string} file */
function contentsOf(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildProgram();
