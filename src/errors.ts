/** What went wrong, in a word that stays the same: the exit code, `--json` and tests depend on it. */
export type ErrorCode =
  | "usage"
  | "unreachable"
  | "connection-lost"
  | "protocol"
  | "refused"
  | "timeout"
  | "delivery"
  | "interrupted";

/**
 * The base of every error that mqtk throws on purpose.
 * Each command is a bundle with its own copy of this class, so errors are recognised by `code`, never by `instanceof`.
 */
export class MqtkError extends Error {
  readonly code: ErrorCode;
  /** What the user can try, as one line; the message itself says what happened. */
  readonly hint: string | undefined;
  /** More lines about what happened, for people: they stand between message and hint. */
  readonly details: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; hint?: string | undefined; details?: readonly string[] } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
  }
}

/** Options, configuration or input files that cannot be used as they are. */
export class UsageError extends MqtkError {
  constructor(message: string, hint?: string, details: readonly string[] = []) {
    super("usage", message, { hint, details });
  }
}

/** True for every error thrown on purpose, also when it was created by another bundle's copy of the class. */
export function isMqtkError(error: unknown): error is MqtkError {
  return error instanceof Error && "code" in error && "hint" in error;
}
