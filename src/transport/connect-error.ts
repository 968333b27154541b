import type { MqtkError } from "../errors.ts";
import { type Address, placeOf } from "./address.ts";
import { describeNetworkError, errorCodeOf, type Stage, UnreachableError } from "./errors.ts";

/** The system's error of a connection attempt in people's words. */
export function explainConnectError(address: Address, stage: Stage, cause: Error): UnreachableError {
  const code = errorCodeOf(cause);
  const failedAt: Stage = "syscall" in cause && cause.syscall === "getaddrinfo" ? "lookup" : stage;
  const options = { cause, hint: hintFor(address, code) };
  if (failedAt === "lookup") {
    return new UnreachableError("lookup", `cannot find ${address.host}: ${describeNetworkError(cause)}`, options);
  }
  if ("syscall" in cause && cause.syscall === "bind" && "address" in cause) {
    const from = `cannot connect to ${placeOf(address)} from ${cause.address}`;
    // Invalid: it is an address of the other family.
    const words = code === "EINVAL" ? "one is IPv4, the other IPv6" : describeNetworkError(cause);
    return new UnreachableError(failedAt, `${from}: ${words}`, options);
  }
  const words =
    address.scheme === "unix" && code === "ENOENT" ? "the socket file does not exist" : describeNetworkError(cause);
  return new UnreachableError(failedAt, `cannot connect to ${placeOf(address)}: ${words}`, options);
}

/** `timeout`: milliseconds. */
export function explainTimeout(address: Address, stage: Stage, timeout: number): MqtkError {
  const seconds = `${timeout / 1000} s`;
  switch (stage) {
    case "lookup":
      return new UnreachableError(
        stage,
        `cannot find ${address.host}: no answer from the name service within ${seconds}`,
        { hint: "is this machine connected to the network?" },
      );
    case "proxy":
      return new UnreachableError(stage, `the proxy did not connect to ${placeOf(address)} within ${seconds}`);
    case "tls":
      return new UnreachableError(
        stage,
        `${placeOf(address)} was reached, but did not finish the TLS handshake within ${seconds}`,
        { problem: "not-tls" },
      );
    case "websocket":
      return new UnreachableError(
        stage,
        `${placeOf(address)} was reached, but did not open a WebSocket within ${seconds}`,
        { hint: "does it take WebSockets on this port?" },
      );
    default:
      return new UnreachableError(stage, `cannot connect to ${placeOf(address)}: timed out after ${seconds}`, {
        hint: hintFor(address, "ETIMEDOUT"),
      });
  }
}

function hintFor(address: Address, code: string | undefined): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return address.scheme === "unix"
        ? "the file is there, but no broker listens on it"
        : "is the broker running, and is this its port?";
    case "ENOENT":
      return "is the broker running, and is this its socket?";
    case "ENOTFOUND":
      return "check the spelling of the host name";
    case "EAI_AGAIN":
    case "ENETUNREACH":
    case "ENETDOWN":
      return "is this machine connected to the network?";
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ETIMEDOUT":
      return "is the host up, and does a firewall stand in between?";
    case "EACCES":
      return address.scheme === "unix" ? "the socket file belongs to someone else" : undefined;
    default:
      return undefined;
  }
}
