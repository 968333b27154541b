import { type PacketName, ProtocolError, type ReasonCode, reasonCodeHex, reasonCodeName } from "../codec/index.ts";
import { isMqtkError, MqtkError, UsageError } from "../errors.ts";

/** A connection that was there is gone: by the network, by the other side, by silence. */
export class ConnectionLostError extends MqtkError {
  constructor(message: string, options: { cause?: unknown; hint?: string | undefined } = {}) {
    super("connection-lost", message, options);
  }
}

/** No answer to a request within its time. */
export class RequestTimeoutError extends MqtkError {
  constructor(message: string) {
    super("timeout", message);
  }
}

export interface Refusal {
  /** Who said no to what: `127.0.0.1:1883 refused the connection`. */
  readonly summary: string;
  readonly packet: PacketName;
  readonly reasonCode: ReasonCode;
  /** What the server added, word for word: not to be shown on a terminal as it is. */
  readonly reasonString?: string | undefined;
  /** Another server to use (4.11). */
  readonly serverReference?: string | undefined;
  readonly hint?: string | undefined;
}

/**
 * The server said no, or the client knows from CONNACK that it would. `packet` carried the refusal, or is the one that
 * was not sent because of it.
 */
export class RefusedError extends MqtkError {
  readonly packet: PacketName;
  readonly reasonCode: ReasonCode;
  readonly reasonString: string | undefined;
  readonly serverReference: string | undefined;

  constructor(refusal: Refusal) {
    const { summary, reasonCode, reasonString, serverReference } = refusal;
    const words = reasonString === undefined || reasonString === "" ? "" : `: ${reasonString}`;
    const other = serverReference === undefined ? "" : `, which is ${serverReference}`;
    super("refused", `${summary}: ${reasonCodeName(reasonCode)} (${reasonCodeHex(reasonCode)})${other}${words}`, {
      hint: refusal.hint,
    });
    this.packet = refusal.packet;
    this.reasonCode = reasonCode;
    this.reasonString = reasonString;
    this.serverReference = serverReference;
  }
}

/** What a packet had wrong, and who sent it. */
export function brokenBy(place: string, { reasonCode, message }: ProtocolError, hint?: string): ProtocolError {
  return new ProtocolError(reasonCode, `${place} broke the protocol: ${message}`, hint === undefined ? {} : { hint });
}

/** Runs what encodes values of the user: what cannot be encoded is a mistake in them, not the server's. */
export function asUsageError<Result>(encode: () => Result): Result {
  try {
    return encode();
  } catch (error) {
    if (isMqtkError(error) && error.code === "protocol") throw new UsageError(error.message, error.hint);
    throw error;
  }
}
