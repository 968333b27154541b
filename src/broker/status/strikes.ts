import type { Clock } from "../../clock.ts";

/** Milliseconds within which strikes add up. */
const WINDOW = 60_000;
/** More than these are not told apart: the ones that were noted first are forgotten. */
const CAPACITY = 10_000;

interface Record {
  strikes: number;
  /** When its minute, or its ban, is over, on the broker's clock. */
  readonly until: number;
}

/** Who did something too often within a minute is banned for a while. Of bounded memory, however many there are. */
export class Strikes {
  private readonly records = new Map<string, Record>();
  private readonly clock: Clock;
  private readonly maximum: number;
  private readonly banTime: number | undefined;

  /** `banTime` in milliseconds; absent: until the minute of the first strike is over. */
  constructor(clock: Clock, maximum: number, banTime?: number) {
    this.clock = clock;
    this.maximum = maximum;
    this.banTime = banTime;
  }

  /** Nobody did it lately. */
  get isEmpty(): boolean {
    return this.records.size === 0;
  }

  /** Milliseconds until it may come again; 0: it is not banned. */
  bannedFor(who: string): number {
    const record = this.records.get(who);
    return record === undefined || record.strikes < this.maximum ? 0 : Math.max(0, record.until - this.clock.now());
  }

  /** It happened once more. */
  add(who: string): void {
    if (this.maximum === Number.POSITIVE_INFINITY) {
      return;
    }
    const now = this.clock.now();
    const known = this.records.get(who);
    const isRunning = known !== undefined && now < known.until;
    const strikes = isRunning ? known.strikes + 1 : 1;
    if (isRunning && strikes !== this.maximum) {
      known.strikes = strikes;
      return;
    }
    const isBanned = strikes === this.maximum && this.banTime !== undefined;
    const until = isBanned ? now + (this.banTime as number) : isRunning ? known.until : now + WINDOW;
    // A new one, and one that is banned from now on, is among the last to be forgotten.
    this.records.delete(who);
    this.records.set(who, { strikes, until });
    if (this.records.size > CAPACITY) {
      const [oldest] = this.records.keys();
      this.records.delete(oldest as string);
    }
  }
}
