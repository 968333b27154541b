import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the profiles of this user are: a file for each (XDG base directories; %APPDATA% on Windows). */
function profileFolder(environment: Environment): string {
  return path.join(configurationFolder(environment), "mqtk", "profiles");
}

export function profileFile(name: string, environment: Environment): string {
  return path.join(profileFolder(environment), `${name}.toml`);
}

/** The names of all profiles there are, in order. */
export function profileNames(environment: Environment): readonly string[] {
  try {
    return readdirSync(profileFolder(environment))
      .filter((file) => file.endsWith(".toml") && !file.startsWith("."))
      .map((file) => file.slice(0, -".toml".length))
      .sort();
  } catch {
    return [];
  }
}

function configurationFolder({ XDG_CONFIG_HOME, APPDATA, HOME }: Environment): string {
  if (XDG_CONFIG_HOME !== undefined && path.isAbsolute(XDG_CONFIG_HOME)) return XDG_CONFIG_HOME;
  if (process.platform === "win32" && APPDATA) return APPDATA;
  return path.join(HOME || homedir(), ".config");
}
