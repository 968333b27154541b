import { MqtkError } from "../errors.ts";

/** How far a connection attempt came: each stage has its own causes and its own remedies. */
export type Stage = "lookup" | "connect" | "proxy" | "tls" | "websocket" | "connack";

/** What was wrong, where something can be done about it that depends on how mqtk is used. */
export type Problem =
  | "certificate-name"
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "certificate-issuer"
  | "client-certificate"
  /** Closed without a word after the certificates: we showed none, or one that may not please. */
  | "client-certificate-missing"
  | "client-certificate-disliked"
  | "tls-handshake"
  | "not-tls"
  | "needs-tls"
  | "needs-websocket"
  | "proxy-login";

/** No connection could be made. `stage` tells how far it came. */
export class UnreachableError extends MqtkError {
  readonly stage: Stage;
  readonly problem: Problem | undefined;

  constructor(
    stage: Stage,
    message: string,
    options: { cause?: unknown; hint?: string | undefined; problem?: Problem | undefined } = {},
  ) {
    super("unreachable", message, options);
    this.stage = stage;
    this.problem = options.problem;
  }
}

const words: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "not an address of this machine",
  EAI_AGAIN: "the name service does not answer",
  ECONNABORTED: "connection aborted",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by the other side",
  EHOSTDOWN: "host is down",
  EHOSTUNREACH: "no route to the host",
  EMFILE: "too many open files",
  ENETDOWN: "network is down",
  ENETUNREACH: "network is unreachable",
  ENFILE: "too many open files in the system",
  ENOENT: "no such file",
  ENOTFOUND: "host not found",
  ENOTSOCK: "not a socket",
  EPERM: "not permitted",
  EPIPE: "connection closed by the other side",
  EPROTO: "protocol error",
  ETIMEDOUT: "timed out",
};

/** The system's error code, `ECONNREFUSED`; of several attempts at once, the code of the last. */
export function errorCodeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCodeOf(error.errors.at(-1));
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** A network error in people's words, without address: `connection refused`. */
export function describeNetworkError(error: unknown): string {
  const code = errorCodeOf(error);
  if (code !== undefined && Object.hasOwn(words, code)) return words[code] as string;
  return error instanceof Error && error.message !== "" ? error.message : (code ?? String(error));
}
