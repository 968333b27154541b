import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.ts";
import { reasonOf } from "./system-reason.ts";

/** When a file is put aside and a new one begun. */
export interface Rotation {
  /** Bytes; a file gets no line that would make it longer. */
  readonly size: number | undefined;
  /** Milliseconds since it was begun. */
  readonly time: number | undefined;
  /** How many files that were put aside stay. */
  readonly keep: number | undefined;
}

/** Bytes collected before they are written in the middle of a turn. */
const BLOCK = 64 * 1024;
/** What is written is on the disk, and not only with the system, after this time, in milliseconds. */
const SYNC = 1000;
const NEWLINE = 0x0a;

/**
 * A file that lines are added to. The system has them at the end of each turn of the event loop, so that nothing of them
 * goes when the process does; the disk has them a second later. Lines are never cut by a rotation.
 */
export class OutputFile {
  readonly #name: string;
  readonly #rotation: Rotation;
  readonly #now: () => number;
  #descriptor: number;
  #block: Buffer = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;
  #size: number;
  #begun: number;
  #flushIsDue = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #rotateTimer: NodeJS.Timeout | undefined;
  #onFailure: (error: UsageError) => void;
  #failure: UsageError | undefined;

  /**
   * Opens the file, or makes it, readable by others as the umask says; throws UsageError where that cannot be. A last
   * line without its end is ended first, so that it spoils only itself.
   * @param onFailure hears of what cannot be written later (a full disk)
   */
  constructor(name: string, rotation: Rotation, onFailure: (error: UsageError) => void, now: () => number = Date.now) {
    this.#name = name;
    this.#rotation = rotation;
    this.#now = now;
    this.#onFailure = onFailure;
    this.#descriptor = this.#open();
    this.#size = fstatSync(this.#descriptor).size;
    this.#begun = now();
    if (this.#size > 0 && !endsWithNewline(this.#descriptor, this.#size)) this.#put(Buffer.from("\n"));
    this.#scheduleRotation();
  }

  /** Adds `bytes[from, to)` and, unless told otherwise, a line end. */
  line(bytes: Uint8Array, from = 0, to: number = bytes.length, end: Uint8Array = LINE_END): void {
    const { size } = this.#rotation;
    const length = to - from + end.length;
    if (size !== undefined && this.#size > 0 && this.#size + length > size) this.#rotate();
    this.#put(bytes.subarray(from, to));
    this.#put(end);
  }

  /**
   * Writes what was collected, makes sure that the disk has it, and closes the file. Throws UsageError where anything
   * could not be written: at the end of a run, nobody hears `onFailure` any more.
   */
  close(): void {
    clearTimeout(this.#syncTimer);
    clearTimeout(this.#rotateTimer);
    this.#flush();
    if (this.#descriptor !== -1) {
      try {
        this.#finish();
      } catch (error) {
        this.#fail(error);
      }
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #open(): number {
    try {
      // Readable as well, to look at its last byte. A pipe or a device cannot be rotated, but written.
      const flags = constants.O_CREAT | constants.O_APPEND | constants.O_RDWR;
      return openSync(this.#name, flags, 0o666);
    } catch (error) {
      throw new UsageError(`cannot write ${this.#name}: ${reasonOf(error)}`);
    }
  }

  #put(bytes: Uint8Array): void {
    if (this.#descriptor === -1) return;
    this.#size += bytes.length;
    if (this.#used + bytes.length > BLOCK) this.#flush();
    if (bytes.length > BLOCK) return this.#write(bytes);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    setImmediate(() => {
      this.#flushIsDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#used === 0) return;
    const filled = this.#block.subarray(0, this.#used);
    this.#used = 0;
    this.#write(filled);
  }

  #write(bytes: Uint8Array): void {
    if (this.#descriptor === -1) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      const descriptor = this.#descriptor;
      if (descriptor === -1) return;
      fdatasync(descriptor, (error) => {
        if (error !== null && descriptor === this.#descriptor && !hasNothingToSync(error)) this.#fail(error);
      });
    }, SYNC).unref();
  }

  #rotate(): void {
    this.#flush();
    if (this.#descriptor === -1) return;
    const { dir, name, ext } = path.parse(this.#name);
    const stamp = new Date(this.#begun).toISOString().replaceAll(/[-:.]/g, "");
    try {
      this.#finish();
      renameSync(this.#name, freeName(path.join(dir, `${name}-${stamp}`), ext));
      this.#descriptor = this.#open();
      this.#size = fstatSync(this.#descriptor).size;
      this.#begun = this.#now();
      this.#scheduleRotation();
      this.#removeOld(dir === "" ? "." : dir, name, ext);
    } catch (error) {
      this.#fail(error);
    }
  }

  #scheduleRotation(): void {
    const { time } = this.#rotation;
    clearTimeout(this.#rotateTimer);
    if (time === undefined) return;
    const due = (): void => {
      // An empty file is as good as a new one.
      if (this.#size > 0) this.#rotate();
      else {
        this.#begun = this.#now();
        this.#scheduleRotation();
      }
    };
    this.#rotateTimer = setTimeout(due, Math.min(time, 0x7fff_ffff)).unref();
  }

  #removeOld(folder: string, name: string, ext: string): void {
    const { keep } = this.#rotation;
    if (keep === undefined) return;
    const isOurs = (file: string): boolean =>
      file.startsWith(`${name}-`) &&
      file.endsWith(ext) &&
      /^\d{8}T\d{9}Z(\.\d{4})?$/.test(file.slice(name.length + 1, file.length - ext.length));
    const old = readdirSync(folder).filter(isOurs).sort();
    for (const file of old.slice(0, Math.max(0, old.length - keep))) rmSync(path.join(folder, file), { force: true });
  }

  #finish(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    try {
      fsyncSync(descriptor);
    } catch (error) {
      if (!hasNothingToSync(error)) throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  #fail(error: unknown): void {
    if (this.#descriptor !== -1) closeSync(this.#descriptor);
    this.#descriptor = -1;
    clearTimeout(this.#rotateTimer);
    this.#failure =
      error instanceof UsageError ? error : new UsageError(`cannot write ${this.#name}: ${reasonOf(error)}`);
    this.#onFailure(this.#failure);
  }
}

const LINE_END = Buffer.from("\n");

/** Pipes and devices. */
function hasNothingToSync(error: unknown): boolean {
  return ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function endsWithNewline(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  try {
    return readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === NEWLINE;
  } catch {
    return true; // no file to look into
  }
}

/** A name that no file has yet. */
function freeName(base: string, ext: string): string {
  const taken = new Set(readdirSync(path.dirname(base) || "."));
  for (let number = 0; ; number++) {
    const name = number === 0 ? `${base}${ext}` : `${base}.${String(number).padStart(4, "0")}${ext}`;
    if (!taken.has(path.basename(name))) return name;
  }
}
