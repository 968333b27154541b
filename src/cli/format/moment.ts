/** A point in time with microseconds; Node.js knows no more. */
export class Moment {
  readonly date: Date;
  /** Within its second. */
  readonly microseconds: number;

  /** @param time in milliseconds since 1970, with a fraction */
  constructor(time: number = performance.timeOrigin + performance.now()) {
    this.date = new Date(time);
    this.microseconds = Math.floor((((time % 1000) + 1000) % 1000) * 1000);
  }

  get nanoseconds(): string {
    return `${String(this.microseconds).padStart(6, "0")}000`;
  }

  /** Seconds since 1970. */
  get seconds(): number {
    return Math.floor(this.date.getTime() / 1000);
  }
}
