import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Programs that tests compare mqtk with or run it in. `.ci/run` installs them all. */
export type Peer =
  | "chromium"
  | "mosquitto"
  | "openssl"
  | "script"
  | "mosquitto_pub"
  | "mosquitto_sub"
  | "mosquitto_rr"
  | "mosquitto_passwd"
  | "bash"
  | "zsh"
  | "fish"
  | "script";

/**
 * Where the program is, or undefined where it is not installed. A test that needs it is skipped then, by name:
 * `test.skipIf(zsh === undefined)("zsh completes …")`. In CI a skipped test fails the run.
 */
export function peer(name: Peer): string | undefined {
  // Debian keeps daemons in sbin, which is not on every user's path.
  const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
