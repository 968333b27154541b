import { type Address, placeOf } from "./address.ts";
import { UnreachableError } from "./errors.ts";

/** What the first bytes of a connection speak, where that is plainly not MQTT. */
export type OtherProtocol = "TLS" | "HTTP";

const LETTER_A = 0x41;

/** An alert or a handshake record of TLS, or the first word of HTTP in either direction; nothing in MQTT begins so. */
export function otherProtocolOf(first: Buffer): OtherProtocol | undefined {
  if ((first[0] === 0x15 || first[0] === 0x16) && first[1] === 0x03) return "TLS";
  // Most often it is MQTT: not a letter.
  if ((first[0] as number) < LETTER_A) return undefined;
  return /^(GET|POST|HEAD|PUT|DELETE|OPTIONS|CONNECT|HTTP)[ /]/.test(first.toString("latin1", 0, 8))
    ? "HTTP"
    : undefined;
}

/** For a client that speaks plain MQTT: says so where the server turns out to speak something else. */
export function looksUnlikeMqtt(address: Address): (first: Buffer) => Error | undefined {
  return (first) => {
    const protocol = otherProtocolOf(first);
    if (protocol === undefined) return undefined;
    return new UnreachableError("connect", `${placeOf(address)} speaks ${protocol}, not plain MQTT`, {
      problem: protocol === "TLS" ? "needs-tls" : "needs-websocket",
    });
  };
}
