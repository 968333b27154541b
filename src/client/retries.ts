import type { MqtkError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import { isWorthRetrying, type ReconnectPolicy, reconnectDelay } from "./reconnect-policy.ts";

/** A connection that lasted this long, in milliseconds, was good: the next loss is the first of a new series. */
const GOOD_CONNECTION = 10_000;

/** When the next attempt to connect is due, after how many that failed. */
export class Retries {
  private readonly policy: ReconnectPolicy | undefined;
  private readonly environment: Environment;
  private connectedAt = 0;
  private lostAt = 0;
  private attempts = 0;
  private cancelNext: () => void = () => {};

  /** No policy: a lost connection is final. */
  constructor(policy: ReconnectPolicy | undefined, environment: Environment) {
    this.policy = policy;
    this.environment = environment;
  }

  connected(now: number): void {
    this.connectedAt = now;
  }

  lost(): void {
    this.lostAt = this.environment.clock.now();
    if (this.lostAt - this.connectedAt >= GOOD_CONNECTION) this.attempts = 0;
  }

  /** Calls `attempt` after a while, which it answers in milliseconds; undefined: nothing more is to be tried. */
  schedule(cause: MqtkError, attempt: () => void): number | undefined {
    if (this.policy === undefined || !isWorthRetrying(cause)) return undefined;
    const elapsed = this.environment.clock.now() - this.lostAt;
    const delay = reconnectDelay(this.policy, this.attempts, elapsed);
    if (delay === undefined) return undefined;
    this.cancelNext = this.environment.delay(delay, () => {
      this.attempts += 1;
      attempt();
    });
    return delay;
  }

  cancel(): void {
    this.cancelNext();
  }
}
