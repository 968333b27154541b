import type { Clock } from "../../clock.ts";
import type { Sweeper, Swept } from "../../connection/index.ts";

/** A client whose publishing can be held back: its socket is not read meanwhile. */
export interface Publisher {
  hold(): void;
  release(): void;
}

/**
 * The back-pressure rule: a subscriber that makes progress slows its publishers, so that nothing is lost between
 * programs of different speed. One that makes none for a while counts as slow: nobody waits for it until it has caught up.
 */
export class Congestion implements Swept {
  /** More is waiting than should be. */
  isCongested = false;
  /** No progress for too long: it is not waited for. */
  isSlow = false;
  private waiting: Set<Publisher> | undefined;
  private lastProgress = 0;
  private readonly clock: Clock;
  private readonly sweeper: Sweeper;
  private readonly slowAfter: number;

  constructor(clock: Clock, sweeper: Sweeper, slowAfter: number) {
    this.clock = clock;
    this.sweeper = sweeper;
    this.slowAfter = slowAfter;
  }

  /** More is waiting than should be, and it makes progress: publishers wait. */
  get isWaitedFor(): boolean {
    return this.isCongested && !this.isSlow;
  }

  /** Too much is waiting: `publisher`, if it can be held, waits until it is less. */
  begin(publisher: Publisher | undefined): void {
    if (!this.isCongested) {
      this.isCongested = true;
      this.lastProgress = this.clock.now();
      this.sweeper.add(this);
    }
    if (publisher !== undefined && !this.isSlow && !this.waiting?.has(publisher)) {
      this.waiting ??= new Set();
      this.waiting.add(publisher);
      publisher.hold();
    }
  }

  /** The subscriber took or acknowledged something. */
  progressed(): void {
    if (this.isCongested) {
      this.lastProgress = this.clock.now();
    }
  }

  /** Little is waiting again, or the subscriber has gone. */
  end(): void {
    if (!this.isCongested) {
      return;
    }
    this.isCongested = false;
    this.isSlow = false;
    this.sweeper.remove(this);
    this.releaseAll();
  }

  sweep(now: number, missed: number): void {
    this.lastProgress += missed;
    if (!this.isSlow && now - this.lastProgress >= this.slowAfter) {
      this.isSlow = true;
      this.releaseAll();
    }
  }

  private releaseAll(): void {
    const publishers = this.waiting ?? [];
    this.waiting = undefined;
    for (const publisher of publishers) {
      publisher.release();
    }
  }
}
