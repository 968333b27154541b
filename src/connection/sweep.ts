import { type Clock, systemClock } from "../clock.ts";

/** How often deadlines are looked at, in milliseconds; they are met this late at most. */
const INTERVAL = 200;

/** Something with deadlines: a connection and its keep alive, a session and its expiry. */
export interface Swept {
  /**
   * Called about five times a second. `now` is the clock's time in milliseconds. `missed`: so many of them, since the last time, this
   * program did not run as it should have (the machine was busy, or asleep); nobody can be blamed for having been silent then.
   */
  sweep(now: number, missed: number): void;
}

/**
 * One timer for the deadlines of all connections: a timer each would have to be moved with every packet. Behind the timer comes what has
 * arrived by then, and only behind that are deadlines looked at: what waits in the system's buffers is no silence.
 */
export class Sweeper {
  private readonly members = new Set<Swept>();
  private readonly clock: Clock;
  private timer: NodeJS.Timeout | undefined;
  private due: NodeJS.Immediate | undefined;
  /** When it last went round, in milliseconds of real time. */
  private lastRound = Number.NaN;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(member: Swept): void {
    this.members.add(member);
    if (this.timer === undefined) {
      this.lastRound = systemClock.now();
      this.timer = setInterval(() => {
        this.due = setImmediate(() => this.sweep());
      }, INTERVAL).unref();
    }
  }

  remove(member: Swept): void {
    this.members.delete(member);
    if (this.members.size === 0) {
      this.stop();
    }
  }

  stop(): void {
    clearInterval(this.timer);
    clearImmediate(this.due);
    this.timer = undefined;
  }

  /** Looks at every deadline now. Members may leave, and new ones come, meanwhile. */
  sweep(): void {
    const now = this.clock.now();
    const round = systemClock.now();
    const late = round - this.lastRound - INTERVAL;
    this.lastRound = round;
    const missed = late > INTERVAL ? late : 0;
    for (const member of this.members) {
      member.sweep(now, missed);
    }
  }
}
