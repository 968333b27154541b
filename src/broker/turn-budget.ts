import type { Message } from "../delivery/index.ts";

/**
 * What one turn of the event loop may hold of work that clients cause, for all of them together, in units of about
 * a third of a microsecond: a message to a subscriber, a level of a filter that is compared.
 */
const PER_TURN = 50_000;
/** And of work that nobody waits for at once: retained messages, Wills, sessions that end. */
const PER_TURN_BEHIND = 12_500;
/** Who causes no more than this in one go is let through all the same. */
const SMALL = 500;

/** What a unit buys beside messages to subscribers. */
export const Cost = {
  /** One filter of a SUBSCRIBE or UNSUBSCRIBE, or of a session that ends. */
  FILTER: 5,
  /** One retained message that is sent because of a subscription. */
  RETAINED: 8,
  /** A Will that waited: whether it may go now is looked at. */
  WILL: 2,
  /** A stretch of retained messages that were looked at and did not match. */
  STRETCH: 300,
} as const;

/** What a message to so many costs: large ones take longer to copy, here and on their way into the network. */
export function costOf(message: Message, receivers: number): number {
  return receivers * (1 + (message.payloadLength >> 8));
}

/**
 * Lets everybody have their turn: whoever makes the broker work for longer than a turn may last goes on in the next one,
 * behind those who wait already. Work is counted, not measured: asking a clock would cost a tenth of what it is asked of.
 */
export class TurnBudget {
  private left = PER_TURN;
  /** Clients that gave way, and work that nobody waits for at once. */
  private gaveWay: (() => void)[] = [];
  private behind: (() => void)[] = [];
  private isScheduled = false;
  private readonly nextTurn = (): void => this.turn();

  /** Units that this turn still has; below 0 when they were more. */
  get remaining(): number {
    return this.left;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  spend(units: number): void {
    this.left -= units;
    if (!this.isScheduled) {
      this.schedule();
    }
  }

  /** Whether somebody who began when `before` units were left has to give way now. */
  isSpentSince(before: number): boolean {
    return this.left <= 0 && before - this.left > SMALL;
  }

  /** Goes on with a client's packets in a later turn. */
  giveWay(goOn: () => void): void {
    this.gaveWay.push(goOn);
    this.schedule();
  }

  /** Does something when there is time for it, in the order in which it was asked for. */
  later(task: () => void): void {
    this.behind.push(task);
    this.schedule();
  }

  private schedule(): void {
    if (!this.isScheduled) {
      this.isScheduled = true;
      setImmediate(this.nextTurn);
    }
  }

  private turn(): void {
    this.isScheduled = false;
    this.gaveWay = this.run(this.gaveWay, PER_TURN);
    this.behind = this.run(this.behind, PER_TURN_BEHIND);
    this.left = PER_TURN;
    if (this.gaveWay.length > 0 || this.behind.length > 0) {
      this.schedule();
    }
  }

  /** Runs tasks as long as the units last; gives those that are left, and new ones behind them. */
  private run(tasks: (() => void)[], units: number): (() => void)[] {
    this.left = units;
    let done = 0;
    while (done < tasks.length && this.left > 0) {
      const task = tasks[done] as () => void;
      done += 1;
      task();
    }
    return done === 0 ? tasks : tasks.slice(done);
  }
}
