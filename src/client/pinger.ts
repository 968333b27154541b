/** A server that is alive answers a PINGREQ at once; this is for a busy one, and a slow network. In milliseconds. */
const LONGEST_WAIT = 10_000;
/** Deadlines are looked at five times a second: what would be late at the next look is done at this one. */
const EARLY = 400;

/**
 * The client's side of keep alive (3.1.2.10): PINGREQ when nothing was sent for as long as agreed [MQTT-3.1.2-20], and the
 * server counts as gone when then nothing comes back. Sending and receiving only set flags; the sweep turns them into times.
 */
export class Pinger {
  /** Set by whoever sends something. */
  hasSent = false;
  /** Set when something arrived. */
  hasReceived = false;
  private isListening = true;
  /** Reading was not paused all the time since the last look. */
  private hasListened = true;
  private interval = Number.POSITIVE_INFINITY;
  private lastSent = 0;
  private lastSweep = 0;
  /** When the answer must be there; Infinity while none is expected. */
  private answerBy = Number.POSITIVE_INFINITY;

  /** A connection begins. `keepAlive` in seconds, 0: off. */
  start(keepAlive: number, now: number): void {
    this.interval = keepAlive === 0 ? Number.POSITIVE_INFINITY : keepAlive * 1000;
    this.lastSent = now;
    this.lastSweep = now;
    this.answerBy = Number.POSITIVE_INFINITY;
    this.hasSent = false;
    this.hasReceived = false;
  }

  /** Reading begins, or is paused: all the while silence means nothing. */
  listen(isListening: boolean): void {
    this.isListening = isListening;
    this.hasListened ||= isListening;
  }

  answered(): void {
    this.answerBy = Number.POSITIVE_INFINITY;
  }

  /** What is to be done now. */
  sweep(now: number): "nothing" | "ping" | "give up" {
    // Sent since the last look: at the earliest then.
    if (this.hasSent) this.lastSent = this.lastSweep;
    this.lastSweep = now;
    this.hasSent = false;

    const isAwaitingAnswer = this.answerBy !== Number.POSITIVE_INFINITY;
    if (isAwaitingAnswer) {
      // Data before the PINGRESP shows as well that the server is there; the PINGRESP may stand behind a lot of it.
      if (this.hasReceived || !this.hasListened) this.answerBy = now + this.wait;
      else if (now >= this.answerBy) return "give up";
    }
    this.hasReceived = false;
    this.hasListened = this.isListening;
    if (now + EARLY < this.lastSent + this.interval) return "nothing";
    this.lastSent = now;
    if (!isAwaitingAnswer) this.answerBy = now + this.wait;
    return "ping";
  }

  private get wait(): number {
    return Math.min(this.interval, LONGEST_WAIT);
  }
}
