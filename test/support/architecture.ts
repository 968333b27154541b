/** How one source file names another: at once, only for its types, or lazily (`import()`, the script of a worker). */
export interface Import {
  readonly kind: "value" | "type" | "lazy";
  readonly specifier: string;
}

const ALL_ROLES = ["delivery", "connection", "transport", "codec", "topic"];

/** Which folders of src/ may import which; "(types)" allows types alone. Arrows point down: what is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  codec: [],
  topic: [],
  transport: [],
  payload: [],
  connection: ["codec", "transport (types)"],
  delivery: ["codec (types)"],
  client: ALL_ROLES,
  broker: ALL_ROLES,
  bench: ["client", "payload", "topic", "codec (types)"],
  cli: ["bench", "client", "broker", "payload", ...ALL_ROLES],
};

/** Packages and built-in modules that one folder alone knows. */
const KNOWN_BY: Readonly<Record<string, string>> = {
  commander: "cli",
  chalk: "cli",
  ora: "cli",
  "cli-table3": "cli",
  "smol-toml": "cli",
  "hdr-histogram-js": "bench",
  "node:net": "transport",
  "node:tls": "transport",
  "node:dns": "transport",
  "node:dns/promises": "transport",
  ws: "transport",
};

/** Beside the folders, for all. */
const FOR_ALL = ["errors.ts", "clock.ts"];

/** The imports and re-exports of a source text. */
export function importsOf(text: string): Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found: Import[] = [];
  for (const [, type, specifier] of code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s)?"([^"]+)"/gm)) {
    if (specifier !== undefined) found.push({ kind: type === undefined ? "value" : "type", specifier });
  }
  for (const [, specifier] of code.matchAll(/(?:\bimport|\bnew URL)\(\s*"([^"]+)"/g)) {
    if (specifier !== undefined && !/^[a-z]+:\/\//.test(specifier)) found.push({ kind: "lazy", specifier });
  }
  return found;
}

/**
 * What is wrong with a file's imports, in words; empty where all is well.
 * @param file relative to src/, slashes within
 */
export function violationsOf(file: string, imports: readonly Import[]): string[] {
  return imports.flatMap((one) => violationOf(file, one) ?? []).map((problem) => `${file}: ${problem}`);
}

function violationOf(file: string, { kind, specifier }: Import): string | undefined {
  const folder = folderOf(file);
  if (!specifier.startsWith(".")) {
    const knownBy = KNOWN_BY[specifier];
    return knownBy === undefined || knownBy === folder ? undefined : `only ${knownBy}/ knows "${specifier}"`;
  }
  if (!specifier.endsWith(".ts")) return `"${specifier}" lacks the extension .ts`;

  const target = new URL(specifier, `file:///src/${file}`).pathname;
  if (!target.startsWith("/src/")) return `"${specifier}" is outside of src/`;
  const name = target.slice("/src/".length);
  if (FOR_ALL.includes(name)) return undefined;
  const targetFolder = folderOf(name);
  if (targetFolder === folder) return undefined;

  const allowed = MAY_IMPORT[folder] ?? [];
  if (!allowed.includes(targetFolder)) {
    if (!allowed.includes(`${targetFolder} (types)`)) return `${folder}/ may not import ${targetFolder}/`;
    if (kind !== "type") return `${folder}/ may import only types of ${targetFolder}/`;
  }
  if (kind !== "lazy" && name !== `${targetFolder}/index.ts`)
    return `"${specifier}" passes by the door of ${targetFolder}/`;
  return undefined;
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "";
}
