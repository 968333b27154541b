import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Makes `folder` hold exactly `files`. Each is replaced at once and only if it changed, so a program that starts meanwhile
 * finds whole files.
 * @param {string} folder
 * @param {ReadonlyMap<string, Uint8Array>} files  by name relative to the folder, slashes within
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
  removeOthers(folder, "", files);
}

/**
 * Also takes away what the program itself left here: see `bin/mqtk.js`.
 * @param {string} folder
 * @param {string} within  a folder in it, with a slash at its end
 * @param {ReadonlyMap<string, Uint8Array>} files
 */
function removeOthers(folder, within, files) {
  const names = [...files.keys()];
  for (const entry of readdirSync(path.join(folder, within))) {
    const name = `${within}${entry}`;
    if (names.some((wanted) => wanted.startsWith(`${name}/`))) removeOthers(folder, `${name}/`, files);
    // A temporary file is that of another build, going on at the same time.
    else if (!files.has(name) && !name.endsWith(".tmp")) {
      rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    }
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
