const MAXIMUM = 65_535;
const INITIAL = 16;
const NONE = new Uint16Array(0);

/**
 * Packet Identifiers of one direction (2.2.1): non-zero and not reused while in use [MQTT-2.2.1-3].
 * As few are in circulation as were ever needed at once, so that tables indexed by them stay small. They come back
 * first in, first out: an identifier rests as long as possible before it is used again.
 */
export class PacketIds {
  private free = NONE;
  private head = 0;
  private count = 0;
  private circulating = 0;

  /** Identifiers that are or were in use are at most this: the size of a table indexed by them. */
  get highest(): number {
    return this.circulating;
  }

  get inUse(): number {
    return this.circulating - this.count;
  }

  /** An unused identifier, or 0 when all 65,535 are in use. */
  take(): number {
    if (this.count === 0 && !this.grow()) {
      return 0;
    }
    const id = this.free[this.head] as number;
    this.head = (this.head + 1) % this.free.length;
    this.count -= 1;
    return id;
  }

  /** Gives back an identifier that was taken; once for each time it was. */
  release(id: number): void {
    this.free[(this.head + this.count) % this.free.length] = id;
    this.count += 1;
  }

  /** Doubles the identifiers in circulation; all are in use. */
  private grow(): boolean {
    const from = this.circulating;
    const to = Math.min(from === 0 ? INITIAL : from * 2, MAXIMUM);
    if (to === from) {
      return false;
    }
    this.free = new Uint16Array(to);
    for (let id = from + 1; id <= to; id += 1) {
      this.free[this.count] = id;
      this.count += 1;
    }
    this.head = 0;
    this.circulating = to;
    return true;
  }
}
