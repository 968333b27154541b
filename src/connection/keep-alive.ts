/**
 * The receiving side of keep alive [MQTT-3.1.2-22]: has the peer been heard of within one and a half times its interval?
 * Receiving only sets a flag, so that it costs next to nothing; the sweep turns flags into times.
 */
export class KeepAlive {
  private heard = true;
  private deadline = Number.POSITIVE_INFINITY;
  /** Milliseconds without a packet after which the peer counts as gone; Infinity where keep alive is off. */
  private readonly timeout: number;

  /** `keepAlive` in seconds as in CONNECT; 0 turns it off. */
  constructor(keepAlive: number) {
    this.timeout = keepAlive === 0 ? Number.POSITIVE_INFINITY : keepAlive * 1500;
  }

  /** Something arrived. */
  received(): void {
    this.heard = true;
  }

  /** True when the peer has been silent for too long. `missed`: milliseconds in which we could not have heard it. */
  isExpired(now: number, missed = 0): boolean {
    if (this.heard) {
      this.heard = false;
      this.deadline = now + this.timeout;
      return false;
    }
    this.deadline += missed;
    return now >= this.deadline;
  }
}
