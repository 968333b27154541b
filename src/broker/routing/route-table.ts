import type { Route } from "./route.ts";

const INITIAL_SLOTS = 1024;
/** How far a lookup goes on from its first slot: topics that were chosen to collide cost this much at most. */
const PROBES = 16;
/** Topics lie one behind another in pieces of this size; longer ones than a quarter of it have their own. */
const CHUNK = 16 * 1024;

/** FNV-1a with a start that nobody outside knows. */
const SEED = (Math.random() * 0x7fffffff) | 0;

/** The hash of a topic: never 0, and small enough to be kept without an object. */
export function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = SEED;
  for (let index = from; index < to; index += 1) {
    hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  }
  return hash ^ (hash >>> 15) || 1;
}

/**
 * Routes by the bytes of their topic. A lookup goes to four places that thousands of topics share closely: hashes,
 * references, routes, bytes. With as many topics as do not fit into the processor's nearest cache each place more was
 * as much again as all other work that a message makes.
 */
export class RouteTable {
  count = 0;
  /** By slot: 0 where it is free. */
  private hashes: Int32Array;
  private routes: (Route | undefined)[];
  private chunk = Buffer.alloc(0);
  private position = 0;

  constructor(slots = INITIAL_SLOTS) {
    this.hashes = new Int32Array(slots);
    this.routes = new Array(slots).fill(undefined);
  }

  get slots(): number {
    return this.hashes.length;
  }

  find(hash: number, bytes: Buffer, from: number, to: number): Route | undefined {
    const { hashes } = this;
    const mask = hashes.length - 1;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const slot = (hash + probe) & mask;
      const found = hashes[slot];
      if (found === 0) {
        return undefined;
      }
      if (found === hash) {
        const route = this.routes[slot] as Route;
        if (route.isOf(bytes, from, to)) {
          return route;
        }
      }
    }
    return undefined;
  }

  /** Takes in a route that is not in it, and a copy of its bytes. */
  insert(route: Route): void {
    if (this.count * 2 >= this.hashes.length) {
      this.grow();
    }
    this.own(route);
    this.place(route);
    this.count += 1;
  }

  private grow(): void {
    const before = this.routes;
    this.hashes = new Int32Array(before.length * 2);
    this.routes = new Array(before.length * 2).fill(undefined);
    for (const route of before) {
      if (route !== undefined) {
        this.place(route);
      }
    }
  }

  private place(route: Route): void {
    const mask = this.hashes.length - 1;
    let slot = route.hash & mask;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const next = (route.hash + probe) & mask;
      if (this.hashes[next] === 0) {
        slot = next;
        break;
      }
    }
    this.hashes[slot] = route.hash;
    this.routes[slot] = route;
  }

  private own(route: Route): void {
    const length = route.to - route.from;
    if (length > CHUNK / 4) {
      route.bytes = Buffer.from(route.bytes.subarray(route.from, route.to));
      route.from = 0;
      route.to = length;
      return;
    }
    if (this.position + length > this.chunk.length) {
      this.chunk = Buffer.allocUnsafeSlow(CHUNK);
      this.position = 0;
    }
    route.bytes.copy(this.chunk, this.position, route.from, route.to);
    route.bytes = this.chunk;
    route.from = this.position;
    route.to = this.position + length;
    this.position = route.to;
  }
}
