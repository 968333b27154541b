import { homedir } from "node:os";
import path from "node:path";

/** Where `mqtk broker --tls-dev` keeps its CA and certificate, and where `--tls-dev` of clients looks (XDG base directories). */
export function devFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_DATA_HOME: data } = environment;
  const base = data !== undefined && path.isAbsolute(data) ? data : path.join(homedir(), ".local", "share");
  return path.join(base, "mqtk", "tls-dev");
}
