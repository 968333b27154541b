import { statSync } from "node:fs";
import type { Terminal } from "./terminal/terminal.ts";

/** What was warned of: a broker reads its files again, and several listeners read the same. */
const warned = new Set<string>();

/**
 * Warns, once a file, where others of this machine can read what only we should. A group may where the file is somebody
 * else's: then it is how we may read it at all.
 */
export function warnIfOthersRead(option: string, file: string, terminal: Pick<Terminal, "warn">): void {
  if (process.platform === "win32" || warned.has(file)) return;
  const { mode, uid } = statSync(file);
  const isOurs = uid === process.getuid?.();
  if ((mode & (isOurs ? 0o044 : 0o004)) === 0) return;
  warned.add(file);
  const permissions = (mode & 0o777).toString(8);
  terminal.warn(`${option}: others can read ${file} (its permissions are ${permissions}): chmod 600 ${file}`);
}
