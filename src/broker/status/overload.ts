import type { Swept } from "../../connection/index.ts";

/** The sweep comes round this often, in milliseconds, where nothing keeps it. */
const INTERVAL = 200;
/** One late round may be a pause of the machine; so many in a row are too much work. */
const ROUNDS = 3;

/** A client that can be held back, and how much it sends. */
export interface Sending {
  readonly bytesReceived: number;
  hold(): void;
  release(): void;
}

/** What the event loop waits for, in milliseconds: the time, and what of it this process had of the processors. */
export interface Stopwatch {
  now(): number;
  cpu(): number;
}

/** Real time, whatever the broker's clock says. */
const stopwatch: Stopwatch = {
  now: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/**
 * Measures how late the event loop is, and protects those who are connected: above one limit new clients are refused,
 * above another the clients that send most are not read from until it has recovered. Only work of its own counts: where other
 * programs have the processor, everything takes longer, but to turn clients away would not make it faster.
 */
export class Overload implements Swept {
  private readonly clients: Iterable<Sending>;
  private readonly busyAfter: number;
  private readonly overloadedAfter: number;
  private readonly watch: Stopwatch;
  private lastRound = Number.NaN;
  private lastCpu = Number.NaN;
  private readonly lateness = new Array<number>(ROUNDS).fill(0);
  /** What of it would have been without any other program. */
  private readonly ownLateness = new Array<number>(ROUNDS).fill(0);
  /** What each client had sent a round ago; only noted while the loop is late. */
  private before = new Map<Sending, number>();
  private readonly held = new Set<Sending>();

  constructor(
    clients: Iterable<Sending>,
    limits: { readonly busyAfter: number; readonly overloadedAfter: number },
    watch = stopwatch,
  ) {
    this.clients = clients;
    this.busyAfter = limits.busyAfter;
    this.overloadedAfter = limits.overloadedAfter;
    this.watch = watch;
  }

  /** Milliseconds that the loop was late in each of the last rounds, at least. */
  get drift(): number {
    return Math.min(...this.lateness);
  }

  /** New clients would take time that the others need. */
  get isBusy(): boolean {
    return this.ownDrift > this.busyAfter;
  }

  private get ownDrift(): number {
    return Math.min(...this.ownLateness);
  }

  get holding(): number {
    return this.held.size;
  }

  /** There is nobody to be late for: the next round is a first one. */
  rest(): void {
    this.lastRound = Number.NaN;
    this.lateness.fill(0);
    this.ownLateness.fill(0);
    this.held.clear();
    this.before.clear();
  }

  sweep(): void {
    const now = this.watch.now();
    const cpu = this.watch.cpu();
    const isFirst = Number.isNaN(this.lastRound);
    const late = isFirst ? 0 : Math.max(0, now - this.lastRound - INTERVAL);
    const own = Math.min(late, isFirst ? 0 : Math.max(0, cpu - this.lastCpu - INTERVAL));
    this.lastRound = now;
    this.lastCpu = cpu;
    this.lateness.shift();
    this.lateness.push(late);
    this.ownLateness.shift();
    this.ownLateness.push(own);
    if (this.ownDrift > this.overloadedAfter) {
      this.holdHeaviest();
    } else if (own <= this.busyAfter && this.held.size > 0) {
      this.releaseAll();
    }
    this.before = own > this.busyAfter ? this.received() : new Map();
  }

  /** A client that went away is not held any more. */
  forget(client: Sending): void {
    this.held.delete(client);
    this.before.delete(client);
  }

  private received(): Map<Sending, number> {
    return new Map(Array.from(this.clients, (client) => [client, client.bytesReceived]));
  }

  /** Those few who sent more than half of everything in the last round. */
  private holdHeaviest(): void {
    const senders = Array.from(this.clients, (client) => ({
      client,
      bytes: client.bytesReceived - (this.before.get(client) ?? client.bytesReceived),
    }))
      .filter(({ client, bytes }) => bytes > 0 && !this.held.has(client))
      .sort((a, b) => b.bytes - a.bytes);
    let left = senders.reduce((sum, { bytes }) => sum + bytes, 0) / 2;
    for (const { client, bytes } of senders) {
      if (left <= 0) {
        return;
      }
      left -= bytes;
      this.held.add(client);
      client.hold();
    }
  }

  private releaseAll(): void {
    const held = [...this.held];
    this.held.clear();
    for (const client of held) {
      client.release();
    }
  }
}
