import { createRequire } from "node:module";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { build } from "esbuild";
import { manifest, root } from "./paths.mjs";

/** @type {Promise<Map<string, string>> | undefined} */
let outlines;

/**
 * What a start needs to know of a command's options (`src/cli/outline.ts`), as JavaScript.
 * @param {string} command  as it is typed: `pub`, `bench compare`
 */
export async function outlineOf(command) {
  outlines ??= allOutlines();
  const outline = (await outlines).get(command);
  if (outline === undefined) throw new Error(`src/cli/commands.ts does not know ${command}`);
  return outline;
}

/** Runs the definitions to find out. */
async function allOutlines() {
  const contents = `export { commands } from "./commands.ts"; export { outlineOf } from "./outline.ts";`;
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents, loader: "ts", resolveDir: path.join(root, "src/cli") },
    write: false,
    bundle: true,
    format: "cjs",
    platform: "node",
    packages: "external",
    define: { MQTK_VERSION: JSON.stringify(manifest.version) },
    plugins: [withoutLazyParts],
  });
  const module = { exports: /** @type {any} */ ({}) };
  new Function("module", "require", outputFiles[0]?.text ?? "")(module, createRequire(import.meta.url));
  const { commands, outlineOf } = module.exports;
  return new Map(commands.map((/** @type {any} */ { definition }) => [definition.name, asCode(outlineOf(definition))]));
}

/** @type {import("esbuild").Plugin} */
const withoutLazyParts = {
  name: "without-lazy-parts",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

/**
 * @param {unknown} value
 * @returns {string}
 */
function asCode(value) {
  if (value === undefined) return "undefined";
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const code = JSON.stringify(value);
    if (isDeepStrictEqual(JSON.parse(code), value)) return code;
    throw new Error(`the build cannot write this default down: ${value}`);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error("a default is no plain object");
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${asCode(one)}`)}}`;
}
