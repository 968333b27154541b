#!/usr/bin/env node

// Starts the built program: the bundle of the command that is named, which holds nothing of the others. Bundles are loaded
// as `require` does, but with what V8 compiled at an earlier run (functions included that are compiled at their first
// call). Measured for `mqtk pub` of one message, over `node -e 0`: +16 ms instead of +25. All this is here, and in few
// words, because a file more costs 0.5 ms, and each function of Node.js that is called for the first time 0.02 ms.
//
// A short and successful run leaves its code beside the bundles, where this user may write there; it is part of the
// installation and goes with it. NODE_DISABLE_COMPILE_CACHE, as for Node.js itself, turns that off.

const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { Script } = require("node:vm");

/** The whole life of a run that leaves code: in longer ones V8 forgets functions which only the start needed. */
const SHORT = 2; // seconds
/** Bundles begin with a comment that tells them apart: the hash of their text. */
const HASH_START = 2;
const HASH_END = 14;

const dist = `${__dirname}/../dist/`;
const cache = `${dist}code-cache/${process.version}-${process.arch}/`;
const usesCache = !process.env["NODE_DISABLE_COMPILE_CACHE"];

/** @type {Map<string, { exports: unknown }>} */
const modules = new Map();
/** Code to keep: there was none, or V8 refused it, as that of another version or of other options for it.
 * @type {[file: string, script: import("node:vm").Script][]} */
const fresh = [];

/**
 * @param {string} name  of a bundle, relative to dist/
 * @returns {unknown} its exports
 */
function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const source = readFileSync(dist + name, "utf8"); // faster than latin1, though it is ASCII
  const file = cache + source.slice(HASH_START, HASH_END);
  const cachedData = usesCache ? read(file) : undefined;
  const script = new Script(source, { filename: dist + name, cachedData });
  if (script.cachedDataRejected !== false) fresh.push([file, script]);
  const module = { exports: {} };
  modules.set(name, module);
  const requireFrom = (/** @type {string} */ id) => (id.startsWith(".") ? load(resolve(name, id)) : require(id));
  requireFrom.resolve = (/** @type {string} */ id) =>
    id.startsWith(".") ? dist + resolve(name, id) : require.resolve(id);
  script.runInThisContext()(module.exports, requireFrom, module, dist + name, dist); // the build made it a function
  return module.exports;
}

/**
 * @param {string} from  the bundle that asks
 * @param {string} id
 */
function resolve(from, id) {
  const { dirname, join } = require("node:path").posix;
  return join(dirname(from), id);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Another run may be doing the same: each file appears at once. */
function keep() {
  for (const [file, script] of fresh) {
    const temporary = `${file}.${process.pid}`;
    try {
      mkdirSync(cache, { recursive: true });
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, file);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

/** @returns {{ start(): void, hasRun?: boolean }} the command that is named, or else the program that lists them */
function program() {
  const [name, second] = [process.argv[2] ?? "", process.argv[3] ?? ""];
  if (/^[a-z]+$/.test(name)) {
    // `mqtk bench compare` is a command of its own.
    const found =
      (/^[a-z]+$/.test(second) && loadIfThere(`commands/${name}/${second}.js`)) || loadIfThere(`commands/${name}.js`);
    if (found) return found;
  }
  return /** @type {any} */ (load("mqtk.js"));
}

/**
 * @param {string} name  of a bundle
 * @returns {any} its exports, or undefined where there is no such bundle or it is no program
 */
function loadIfThere(name) {
  try {
    const exports = /** @type {any} */ (load(name));
    return exports.start && exports;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
    return undefined;
  }
}

const started = program();
started.start();
if (usesCache) {
  process.on("exit", (code) => {
    if (fresh.length > 0 && code === 0 && started.hasRun && process.uptime() < SHORT) keep();
  });
}
