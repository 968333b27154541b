import { type ErrorCode, isMqtkError } from "../errors.ts";

/** How the process ends; the numbers are part of what users rely on. */
export const ExitCode = {
  SUCCESS: 0,
  FAILURE: 1,
  USAGE: 2,
  UNREACHABLE: 3,
  REFUSED: 4,
  PROTOCOL: 5,
  DELIVERY: 6,
  TIMEOUT: 27,
  INCONCLUSIVE: 97,
  REGRESSION: 98,
  THRESHOLD: 99,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const byErrorCode: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: ExitCode.USAGE,
  unreachable: ExitCode.UNREACHABLE,
  "connection-lost": ExitCode.UNREACHABLE,
  refused: ExitCode.REFUSED,
  protocol: ExitCode.PROTOCOL,
  delivery: ExitCode.DELIVERY,
  timeout: ExitCode.TIMEOUT,
  interrupted: ExitCode.INTERRUPTED,
};

/** The exit code that tells what `error` means; errors that nobody threw on purpose are our own failure. */
export function exitCodeOf(error: unknown): ExitCode {
  return isMqtkError(error) ? byErrorCode[error.code] : ExitCode.FAILURE;
}
