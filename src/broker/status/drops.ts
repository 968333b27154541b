import type { Sweeper, Swept } from "../../connection/index.ts";
import type { BrokerEvents, DropReason } from "../events.ts";

/** At most this often, in milliseconds, is told what a client did not get. */
const TELL_EVERY = 1000;

/** Counts messages that subscribers did not get, by reason; tells in bundles, since floods come in millions. */
export class Drops implements Swept {
  /** Since the start. */
  readonly totals: Record<DropReason, number> = { slow: 0, "queue-full": 0, "too-large": 0, expired: 0, memory: 0 };
  private readonly untold = new Map<string, { clientId: string; reason: DropReason; count: number }>();
  private readonly events: BrokerEvents;
  private readonly sweeper: Sweeper;
  private lastTold = Number.NEGATIVE_INFINITY;

  constructor(events: BrokerEvents, sweeper: Sweeper) {
    this.events = events;
    this.sweeper = sweeper;
  }

  count(clientId: string, reason: DropReason): void {
    this.totals[reason] += 1;
    if (this.events.onDropped === undefined) {
      return;
    }
    const key = `${reason} ${clientId}`;
    const untold = this.untold.get(key);
    if (untold !== undefined) {
      untold.count += 1;
      return;
    }
    this.untold.set(key, { clientId, reason, count: 1 });
    this.sweeper.add(this);
  }

  sweep(now: number): void {
    if (now - this.lastTold < TELL_EVERY) {
      return;
    }
    this.lastTold = now;
    for (const { clientId, reason, count } of this.untold.values()) {
      this.events.onDropped?.(clientId, reason, count);
    }
    this.untold.clear();
    this.sweeper.remove(this);
  }
}
