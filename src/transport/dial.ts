import { connect, isIP, type Socket, type TcpSocketConnectOpts } from "node:net";
import { MqtkError } from "../errors.ts";
import { type Address, formatAddress, formatHostAndPort, isTooLongForSocket, placeOf } from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { describeNetworkError, errorCodeOf, type Stage, UnreachableError } from "./errors.ts";
import { NodeSocketStream } from "./node-socket.ts";

export interface DialOptions {
  /** Milliseconds from the lookup of the name until bytes can flow. */
  readonly timeout: number;
  /** Gives the attempt up; the promise is then rejected with code "interrupted". */
  readonly signal?: AbortSignal | undefined;
}

/** Connects to an address. Rejects with UnreachableError, in people's words and with the stage that failed. */
export function dial(address: Address, options: DialOptions): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const hosts = hostsOf(address);
    let stage: Stage = address.scheme === "unix" || isIP(hosts[0] as string) !== 0 ? "connect" : "lookup";
    const { signal } = options;
    if (signal?.aborted) {
      reject(interrupted(address));
      return;
    }
    if (address.scheme === "unix" && isTooLongForSocket(address.path)) {
      reject(new UnreachableError("connect", `cannot connect to ${address.path}: the path is too long for a socket`));
      return;
    }
    let socket: Socket;
    let tried = 0;
    const timer = setTimeout(() => fail(timedOut(address, stage, options.timeout)), options.timeout);

    const onLookup = (): void => {
      stage = "connect";
    };
    const onConnect = (): void => {
      release();
      resolve(new NodeSocketStream(socket, remoteOf(socket, address)));
    };
    const onError = (error: Error): void => {
      if (tried < hosts.length) tryNext();
      else fail(explain(address, stage, error));
    };
    const onAbort = (): void => fail(interrupted(address));
    const tryNext = (): void => {
      socket = openSocket(address, hosts[tried] as string);
      tried += 1;
      socket.on("lookup", onLookup).on("connect", onConnect).on("error", onError);
    };
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("lookup", onLookup).off("connect", onConnect).off("error", onError);
    };
    const fail = (error: MqtkError): void => {
      release();
      // Attempts at other addresses of the same name may still fail behind our back.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };

    tryNext();
    signal?.addEventListener("abort", onAbort);
  });
}

/**
 * What to connect to, one after the other. "localhost" is always this machine (RFC 6761); asking the system for it loads
 * node:dns and cost 5.5 ms of each start.
 */
function hostsOf(address: Address): readonly string[] {
  return address.host === "localhost" ? ["127.0.0.1", "::1"] : [address.host];
}

function openSocket(address: Address, host: string): Socket {
  if (address.scheme === "unix") return connect({ path: address.path, allowHalfOpen: true });
  // Without noDelay, coalesced writes meet the other side's delayed acknowledgements: 40 ms stalls.
  const options: TcpSocketConnectOpts & { allowHalfOpen: boolean } = {
    host,
    port: address.port,
    noDelay: true,
    allowHalfOpen: true,
  };
  return connect(options);
}

function remoteOf(socket: Socket, address: Address): string {
  if (address.scheme === "unix") return formatAddress(address);
  return formatHostAndPort(socket.remoteAddress ?? address.host, socket.remotePort ?? address.port);
}

function explain(address: Address, stage: Stage, cause: Error): UnreachableError {
  const code = errorCodeOf(cause);
  const failedAt: Stage = "syscall" in cause && cause.syscall === "getaddrinfo" ? "lookup" : stage;
  const options = { cause, hint: hintFor(address, code) };
  if (failedAt === "lookup") {
    return new UnreachableError("lookup", `cannot find ${address.host}: ${describeNetworkError(cause)}`, options);
  }
  const words =
    address.scheme === "unix" && code === "ENOENT" ? "the socket file does not exist" : describeNetworkError(cause);
  return new UnreachableError(failedAt, `cannot connect to ${placeOf(address)}: ${words}`, options);
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

function timedOut(address: Address, stage: Stage, timeout: number): UnreachableError {
  const seconds = `${timeout / 1000} s`;
  return stage === "lookup"
    ? new UnreachableError(stage, `cannot find ${address.host}: no answer from the name service within ${seconds}`, {
        hint: "is this machine connected to the network?",
      })
    : new UnreachableError(stage, `cannot connect to ${placeOf(address)}: timed out after ${seconds}`, {
        hint: hintFor(address, "ETIMEDOUT"),
      });
}

function interrupted(address: Address): MqtkError {
  return new MqtkError("interrupted", `connecting to ${placeOf(address)} was interrupted`);
}
