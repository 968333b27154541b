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
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll(path.sep, "/");
    // A temporary file is that of another build, going on at the same time.
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
