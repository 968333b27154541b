import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { outlineOf } from "./outlines.mjs";
import { manifest, root } from "./paths.mjs";

/**
 * @typedef {object} Program
 * @property {Map<string, Uint8Array>} files  the bundles by output file name (slashes within), the program itself first
 * @property {Map<string, string[]>} inputs  what went into each, relative to the root
 * @property {Set<string>} scripts  those of them that threads and processes of their own start with
 */
/** @typedef {"bundle" | "external"} Packages  "external" leaves them to `node_modules` */

/**
 * Bundles a program as CommonJS. Whatever it imports lazily becomes a bundle of its own, loaded with `require`: esbuild
 * cannot split CommonJS, and both other forms start slower (over `node -e 0`: this one +9.7 ms, with `import()` kept
 * +12.8, as split ESM +14.3).
 *
 * Lazily imported means: `import("./x.ts")`, `import("package")`, and `new URL("./x.ts", import.meta.url)`, which is how
 * the script of a worker or child process is named. A package listed in "dependencies" is never bundled.
 *
 * @param {string} entry  TypeScript file, relative to the root
 * @param {{ packages: Packages }} options
 * @returns {Promise<Program>}
 */
export async function bundleProgram(entry, { packages }) {
  /** @type {Program} */
  const program = { files: new Map(), inputs: new Map(), scripts: new Set() };
  const sources = new Map([[outputName(entry), path.join(root, entry)]]);
  for (const [output, source] of sources) {
    // What this one imports lazily is added to `sources`, and the loop comes to it.
    const onFound = (/** @type {string} */ name, /** @type {string} */ part, /** @type {boolean} */ isScript) => {
      sources.set(name, part);
      if (isScript) program.scripts.add(name);
    };
    const lazy = lazyParts(output, onFound, packages);
    const { contents, inputs } = await bundleOne(await entryOf(source), lazy, packages);
    program.files.set(output, contents);
    program.inputs.set(output, inputs);
  }
  return program;
}

/**
 * The bundle of a command can also be started by itself: it brings along what reads its command line, and nothing of the
 * other commands (of `mqtk pub` that would be a quarter of the text).
 * @param {string} source
 * @returns {Promise<import("esbuild").BuildOptions>}
 */
async function entryOf(source) {
  // The second word of `bench compare` names its definition.
  const [, first, second] = /\bcli\Wcommands\W(\w+)\W(?:(\w+)\W)?run\.ts$/.exec(source) ?? [];
  const name = second ?? first;
  if (name === undefined) return { entryPoints: [source] }; // identifiers stay, for the sake of stack traces
  const contents = `
    import { main } from "${second === undefined ? "../.." : "../../.."}/main.ts";
    import { ${name}Definition as definition } from "./definition.ts";
    import { run } from "./run.ts";
    export { run };
    export let hasRun = false;
    const load = async () => {
      hasRun = true;
      return { run };
    };
    const outline = ${await outlineOf(second === undefined ? `${first}` : `${first} ${second}`)};
    export const start = () => main([{ definition: { ...definition, outline }, load }]);
  `;
  // A quarter less text to read, and 1 ms of each start; a stack trace still has line and column.
  const minifyIdentifiers = true;
  return {
    minifyIdentifiers,
    stdin: { contents, loader: "ts", resolveDir: path.dirname(source), sourcefile: "program.ts" },
  };
}

/**
 * @param {import("esbuild").BuildOptions} entry
 * @param {import("esbuild").Plugin} lazy
 * @param {Packages} packages
 */
async function bundleOne(entry, lazy, packages) {
  const result = await build({
    absWorkingDir: root,
    ...entry,
    write: false,
    metafile: true,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    packages,
    external: Object.keys(manifest.dependencies ?? {}),
    define: { MQTK_VERSION: JSON.stringify(manifest.version) },
    supported: { "dynamic-import": false }, // makes require() of import()
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none", // third-party-licenses.mjs collects them
    logLevel: "silent",
    logOverride: { "empty-import-meta": "error" },
    plugins: packages === "bundle" ? [lazy, leanCommander] : [lazy],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild made nothing");
  const inputs = Object.keys(result.metafile.inputs).filter((input) => !/^(program\.ts$|lean:|on-demand:)/.test(input));
  return { contents: file.contents, inputs };
}

/**
 * Points the lazy imports of the bundle `output` at the bundles that will hold them, and tells of each.
 * @param {string} output
 * @param {(name: string, source: string, isScript: boolean) => void} onFound
 * @param {Packages} packages
 * @returns {import("esbuild").Plugin}
 */
function lazyParts(output, onFound, packages) {
  /** @type {(name: string, source: string, isScript?: boolean) => import("esbuild").OnResolveResult} */
  function elsewhere(name, source, isScript = false) {
    onFound(name, source, isScript);
    const relative = path.posix.relative(path.posix.dirname(output), name);
    return { path: relative.startsWith(".") ? relative : `./${relative}`, external: true };
  }
  return {
    name: "lazy-parts",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const text = await readFile(file, "utf8");
        const contents = text.replaceAll(
          /new URL\(("\.[^"]+\.ts"), import\.meta\.url\)/g,
          'require("node:url").pathToFileURL(require.resolve($1))',
        );
        return { contents, loader: "ts" };
      });
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path: specifier, resolveDir }) => {
        if (kind !== "dynamic-import" && kind !== "require-resolve") return undefined;
        const source = path.join(resolveDir, specifier);
        return elsewhere(outputName(path.relative(root, source)), source, kind === "require-resolve");
      });
      build.onResolve({ filter: /^[@a-z]/ }, async ({ kind, path: specifier, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || packages === "external" || pluginData === "resolving") return undefined;
        const resolved = await build.resolve(specifier, { kind, resolveDir, pluginData: "resolving" });
        if (resolved.external || resolved.errors.length > 0) return resolved;
        return elsewhere(`lib/${specifier.replaceAll(/\W+/g, "-")}.js`, resolved.path);
      });
    },
  };
}

/**
 * What commander makes at its start and few runs need: a command of its own, the classes that write help, and
 * `node:child_process` for subcommands that are programs, which mqtk has not. Of every start that would be 1.5 ms.
 * @type {import("esbuild").Plugin}
 */
const leanCommander = {
  name: "lean-commander",
  setup(build) {
    const inside = /node_modules.commander\W/;
    /** @type {Readonly<Record<string, (file: string) => string>>} */
    const onDemand = {
      "node:child_process": (file) => `exports.spawn = (...args) => require("${file}").spawn(...args);`,
      "./suggestSimilar": (file) => `exports.suggestSimilar = (...args) => require("${file}").suggestSimilar(...args);`,
      "./help.js": (file) => `
        exports.Help = function () { return new (require("${file}").Help)(); };
        exports.stripColor = (text) => require("${file}").stripColor(text);`,
    };
    build.onResolve(
      { filter: /^(node:child_process|\.\/suggestSimilar|\.\/help\.js)$/ },
      ({ importer, path, namespace }) =>
        inside.test(importer) && namespace === "file"
          ? { path, namespace: "on-demand", pluginData: importer }
          : undefined,
    );
    build.onLoad({ filter: /./, namespace: "on-demand" }, ({ path: file, pluginData }) => {
      return { contents: onDemand[file]?.(file) ?? "", resolveDir: path.dirname(pluginData) };
    });
    build.onResolve({ filter: /^commander$/ }, async ({ kind, resolveDir, pluginData }) => {
      if (pluginData === "resolving") return undefined;
      const resolved = await build.resolve("commander", { kind, resolveDir, pluginData: "resolving" });
      return { path: path.join(path.dirname(resolved.path), "lean.cjs"), namespace: "lean" };
    });
    build.onLoad({ filter: /./, namespace: "lean" }, ({ path: file }) => {
      const contents = `
        exports.Command = require("./lib/command.js").Command;
        exports.Option = require("./lib/option.js").Option;`;
      return { contents, resolveDir: path.dirname(file) };
    });
  },
};

/**
 * Where the bundle of a source file goes: `src/cli/mqtk.ts` → `mqtk.js`, `src/cli/commands/pub/run.ts` →
 * `commands/pub.js`, `src/bench/worker.ts` → `bench/worker.js`.
 * @param {string} source  relative to the root
 */
function outputName(source) {
  return source
    .replaceAll(path.sep, "/")
    .replace(/^src\/(cli\/)?/, "")
    .replace(/(\/run)?\.ts$/, ".js");
}
