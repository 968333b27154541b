import type { Swept } from "../../connection/index.ts";
import type { Core } from "../core.ts";
import type { Publisher } from "./congestion.ts";
import { type PendingWill, willMessage } from "./will.ts";

/**
 * Publishes Wills: at once, unless so many clients went away together that others would wait for their Wills. Then
 * they are published one after the other as there is time, and as their subscribers make room for them.
 */
export class WillQueue implements Publisher, Swept {
  private readonly core: Core;
  /** In the order in which they came. */
  private readonly waiting = new Set<PendingWill>();
  private isScheduled = false;
  /** Subscribers that have to make room. */
  private holds = 0;
  private heldSince = 0;
  /** Subscribers took too long: what waits by now goes out all the same. */
  private isImpatient = false;

  constructor(core: Core) {
    this.core = core;
  }

  publish(will: PendingWill): void {
    if (this.waiting.size === 0 && !this.core.budget.isSpent) {
      this.send(will, undefined);
      return;
    }
    this.waiting.add(will);
    this.schedule();
  }

  hold(): void {
    this.holds += 1;
    if (this.holds === 1) {
      this.heldSince = this.core.clock.now();
      this.core.sweeper.add(this);
    }
  }

  release(): void {
    this.holds -= 1;
    if (this.holds === 0) {
      this.core.sweeper.remove(this);
      this.schedule();
    }
  }

  /** A subscriber that takes a little now and then does not keep the Wills of others from everybody. */
  sweep(now: number): void {
    if (!this.isImpatient && now - this.heldSince >= this.core.options.slowAfter) {
      this.isImpatient = true;
      this.schedule();
    }
  }

  private schedule(): void {
    if (!this.isScheduled && this.waiting.size > 0 && (this.holds === 0 || this.isImpatient)) {
      this.isScheduled = true;
      this.core.budget.later(() => {
        this.isScheduled = false;
        this.sendNext();
      });
    }
  }

  private sendNext(): void {
    const [will] = this.waiting;
    if (will !== undefined && (this.holds === 0 || this.isImpatient)) {
      this.waiting.delete(will);
      this.send(will, this);
    }
    if (this.waiting.size === 0) {
      this.isImpatient = false;
    }
    this.schedule();
  }

  private send({ will, clientId }: PendingWill, publisher: Publisher | undefined): void {
    this.core.router.publish(willMessage(will, clientId, this.core.clock.now()), publisher);
  }
}
