import type { Clock } from "../clock.ts";

/** How often deadlines are looked at, in milliseconds; they are met this late at most. */
const INTERVAL = 200;

/** Something with deadlines: a connection and its keep alive, a session and its expiry. */
export interface Swept {
  /** Called about five times a second. `now` is the clock's time in milliseconds. */
  sweep(now: number): void;
}

/** One timer for the deadlines of all connections: a timer each would have to be moved with every packet. */
export class Sweeper {
  private readonly members = new Set<Swept>();
  private readonly clock: Clock;
  private timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(member: Swept): void {
    this.members.add(member);
    this.timer ??= setInterval(() => this.sweep(), INTERVAL).unref();
  }

  remove(member: Swept): void {
    this.members.delete(member);
    if (this.members.size === 0) {
      this.stop();
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Looks at every deadline now. Members may leave, and new ones come, meanwhile. */
  sweep(): void {
    const now = this.clock.now();
    for (const member of this.members) {
      member.sweep(now);
    }
  }
}
