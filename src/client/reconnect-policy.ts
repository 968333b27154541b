import { ReasonCode } from "../codec/index.ts";
import type { MqtkError } from "../errors.ts";
import type { RefusedError } from "./errors.ts";

/** When to try again after a connection was lost. */
export interface ReconnectPolicy {
  /** Milliseconds; the first attempt comes within this time. Default 500. */
  readonly minimumDelay?: number;
  /** Milliseconds; no attempt waits longer. Default 30,000. */
  readonly maximumDelay?: number;
  /** Attempts in a row before giving up. Default: no end. */
  readonly attempts?: number;
  /** Milliseconds since the connection was lost, after which there is no further attempt. Default: no end. */
  readonly giveUpAfter?: number;
  /** Of [0, 1), for tests. */
  readonly random?: () => number;
}

/**
 * Milliseconds before attempt number `attempt` (from 0), or undefined to give up. Full jitter: anything between zero and
 * a ceiling that doubles, because clients that lost their server at the same moment must not come back at the same moment.
 */
export function reconnectDelay(policy: ReconnectPolicy, attempt: number, elapsed = 0): number | undefined {
  const {
    minimumDelay = 500,
    maximumDelay = 30_000,
    attempts = Number.POSITIVE_INFINITY,
    giveUpAfter = Number.POSITIVE_INFINITY,
    random = Math.random,
  } = policy;
  if (attempt >= attempts || elapsed >= giveUpAfter) return undefined;
  return random() * Math.min(maximumDelay, minimumDelay * 2 ** attempt);
}

/** What the server may think better of. Whoever else is refused would be refused again, or would fight for a session. */
const PASSING: ReadonlySet<ReasonCode> = new Set([
  ReasonCode.NORMAL_DISCONNECTION,
  ReasonCode.UNSPECIFIED_ERROR,
  ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
  ReasonCode.SERVER_UNAVAILABLE,
  ReasonCode.SERVER_BUSY,
  ReasonCode.SERVER_SHUTTING_DOWN,
  ReasonCode.KEEP_ALIVE_TIMEOUT,
  ReasonCode.MESSAGE_RATE_TOO_HIGH,
  ReasonCode.QUOTA_EXCEEDED,
  ReasonCode.ADMINISTRATIVE_ACTION,
  ReasonCode.CONNECTION_RATE_EXCEEDED,
  ReasonCode.MAXIMUM_CONNECT_TIME,
]);

/** Could another attempt end differently, after this? */
export function isWorthRetrying(cause: MqtkError): boolean {
  if (cause.code === "refused") return PASSING.has((cause as RefusedError).reasonCode);
  return cause.code === "unreachable" || cause.code === "connection-lost" || cause.code === "timeout";
}
