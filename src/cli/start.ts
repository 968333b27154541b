import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path"; // the module as a whole would be copied, property by property
import { Script } from "node:vm";

/**
 * Starts the built program: the bundle of the command that is named, which holds nothing of the others. Bundles are
 * loaded as `require` does, but with what V8 compiled at an earlier run of the same command (functions included that are
 * compiled at their first call). Measured for `mqtk pub` of one message, over `node -e 0`: +16 ms instead of +25.
 *
 * The first short and successful run of a command leaves its code beside the bundles, where this user may write there; it
 * is part of the installation and goes with it. NODE_DISABLE_COMPILE_CACHE, as for Node.js itself, turns all this off.
 */
const command = /^[a-z]+$/.exec(process.argv[2] ?? "")?.[0];
const caches = join(__dirname, "code-cache", `${MQTK_BUILD}-${process.version}-${process.arch}`);
const cache = command === undefined || process.env["NODE_DISABLE_COMPILE_CACHE"] ? undefined : join(caches, command);

/** The whole life of a run that leaves code: in longer ones V8 forgets functions which only the start needed. */
const SHORT = 2; // seconds

/** A bundle that is started. */
interface Program {
  start(): void;
  /** The command has done its work: more than print its help. */
  readonly hasRun?: boolean;
}

const loaded = new Map<string, { readonly exports: unknown; readonly script: Script }>();

/** @param name of a bundle, relative to this file */
function load(name: string): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const file = join(__dirname, name);
  const source = readFileSync(file, "utf8"); // faster than latin1, though it is ASCII
  const cachedData = cache === undefined ? undefined : read(join(cache, cacheName(name)));
  const script = new Script(source, { filename: file, cachedData }); // the build made it a function

  const from = dirname(name);
  const module = { exports: {} };
  loaded.set(name, {
    script,
    get exports() {
      return module.exports;
    },
  });
  const requireFrom = (id: string) => (id.startsWith(".") ? load(join(from, id)) : require(id));
  requireFrom.resolve = (id: string) => (id.startsWith(".") ? join(__dirname, from, id) : require.resolve(id));
  script.runInThisContext()(module.exports, requireFrom, module, file, dirname(file));
  return module.exports;
}

/** Keeps the code of all loaded bundles, at once or not at all: another run may be doing the same. */
function keep(folder: string): void {
  const temporary = `${folder}.${process.pid}`;
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, { script }] of loaded) writeFileSync(join(temporary, cacheName(name)), script.createCachedData());
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } catch {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function cacheName(bundle: string): string {
  return `${bundle.replaceAll(/\W/g, "-")}.bin`;
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const isCommand = command !== undefined && MQTK_COMMANDS.includes(command);
const name = isCommand ? join("commands", `${command}.js`) : "mqtk.js";
const program = load(name) as Program;
program.start();
// V8 also refuses what it compiled with other options.
if (cache !== undefined && loaded.get(name)?.script.cachedDataRejected !== false) {
  process.on("exit", (code) => {
    if (code === 0 && program.hasRun && process.uptime() < SHORT) keep(cache);
  });
}
