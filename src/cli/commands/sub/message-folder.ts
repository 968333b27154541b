import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, mkdirSync, openSync, realpathSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../../errors.ts";
import { reasonOf } from "../../system-reason.ts";
import { preciseTime } from "../record/precise-time.ts";

/** A name for a level that is longer in bytes is cut, with a hash of all of it. */
const LONGEST = 200;
/** What is deeper, or longer as a whole, becomes one folder with a hash for a name. */
const DEEPEST = 32;
const LONGEST_PATH = 1500;
/** Folders that are known to be there and to be folders. */
const REMEMBERED = 10_000;
/** Names that Windows keeps for devices, also before a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** An own file, never one that is there, and never through a link. */
const FLAGS = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes each payload to a file of its own: a folder for each level of the topic, and in the last one a file whose name
 * begins with @ and the time. Topics come from anybody: no name leads out of the folder, or is that of something else.
 */
export class MessageFolder {
  readonly #root: string;
  readonly #realRoot: string;
  readonly #known = new Set<string>();
  readonly #time = preciseTime();
  #number = 0;

  /** Makes the folder where it is not there. Throws UsageError where that cannot be. */
  constructor(root: string) {
    this.#root = root;
    try {
      mkdirSync(root, { recursive: true });
      this.#realRoot = realpathSync(root);
    } catch (error) {
      throw new UsageError(`cannot make ${root}: ${reasonOf(error)}`);
    }
  }

  /** Saves a payload that came at `time` (milliseconds since 1970) and answers with the name of its file. Throws UsageError. */
  save(topic: string, payload: Uint8Array, time: number): string {
    const folder = this.#folderOf(topic);
    const stamp = this.#time(time).replaceAll(/[-:]/g, "");
    for (;;) {
      const name = path.join(folder, `@${stamp}-${++this.#number}`);
      try {
        write(name, payload);
        return name;
      } catch (error) {
        // An earlier run's: the next number is free.
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw new UsageError(`cannot write ${name}: ${reasonOf(error)}`);
      }
    }
  }

  #folderOf(topic: string): string {
    const names = folderNames(topic);
    const whole = path.join(this.#root, ...names);
    if (this.#known.has(whole)) return whole;
    let folder = this.#root;
    for (const name of names) {
      folder = path.join(folder, name);
      if (!this.#known.has(folder)) this.#makeFolder(folder);
    }
    const real = realpathSync(whole);
    if (real !== this.#realRoot && !real.startsWith(this.#realRoot + path.sep)) {
      throw new UsageError(`${whole} leads out of ${this.#root}`);
    }
    return whole;
  }

  #makeFolder(folder: string): void {
    try {
      mkdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new UsageError(`cannot make ${folder}: ${reasonOf(error)}`);
      }
      if (!lstatSync(folder).isDirectory()) throw new UsageError(`${folder} is there, and is no folder`);
    }
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.add(folder);
  }
}

function write(name: string, payload: Uint8Array): void {
  const descriptor = openSync(name, FLAGS, 0o666);
  try {
    for (let at = 0; at < payload.length; ) at += writeSync(descriptor, payload, at);
  } catch (error) {
    rmSync(name, { force: true }); // half a payload is none
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Names of folders for the levels of a topic; different topics have different names. */
export function folderNames(topic: string): readonly string[] {
  const levels = topic.split("/");
  const names = levels.slice(0, DEEPEST).map(nameOf);
  let length = 0;
  for (const [index, name] of names.entries()) {
    length += name.length + 1;
    if (length > LONGEST_PATH) return [...names.slice(0, index), hashed("", levels.slice(index).join("/"))];
  }
  return levels.length > DEEPEST ? [...names.slice(0, -1), hashed("", levels.slice(DEEPEST - 1).join("/"))] : names;
}

/** Letters, digits, - and _ stay, and dots within; everything else is %XX. No level becomes "%" but the empty one. */
function nameOf(level: string): string {
  if (level === "") return "%";
  const bytes = Buffer.from(level);
  let name = "";
  for (const [index, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const isInner = index > 0 && index < bytes.length - 1;
    const stays = /[A-Za-z0-9_-]/.test(character) || (character === "." && isInner);
    name += stays ? character : escaped(byte);
    if (name.length > LONGEST) return hashed(name.slice(0, 100).replace(/%.?$/, ""), level);
  }
  return DEVICE.test(name) ? escaped(bytes[0] as number) + name.slice(1) : name;
}

function escaped(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function hashed(beginning: string, text: string): string {
  return `${beginning}~${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}
