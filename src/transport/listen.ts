import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { MqtkError, UsageError } from "../errors.ts";
import { checkFirstBytes, Gate, handOver, type OnProblem, type Step } from "./accept.ts";
import {
  type Address,
  DEFAULT_WEBSOCKET_PATH,
  formatAddress,
  formatHostAndPort,
  isEncrypted,
  isTooLongForSocket,
  type Scheme,
} from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { describeNetworkError, errorCodeOf } from "./errors.ts";
import { NodeSocketStream } from "./node-socket.ts";
import type { TlsCredentials } from "./tls-server.ts";
import type { WebSocketServerOptions } from "./websocket-options.ts";

/** Where to listen, and what is spoken there. */
export type ListenAt = NetworkPlace | UnixPlace;

/** Port 0 takes a free one. */
export interface NetworkPlace {
  readonly host: string;
  readonly port: number;
  /** Absent: `mqtt`. */
  readonly scheme?: Exclude<Scheme, "unix"> | undefined;
  /** For `mqtts` and `wss`. */
  readonly tls?: TlsCredentials | undefined;
  /** For `ws` and `wss`. */
  readonly webSocket?: WebSocketServerOptions | undefined;
  /** Bytes of one WebSocket message; absent: 4 MiB. */
  readonly maximumMessage?: number | undefined;
  /** Addresses and networks whose connections begin with a PROXY header. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Milliseconds for all that comes before MQTT: PROXY header, TLS, WebSocket. Absent: 10 s. */
  readonly handshakeTimeout?: number | undefined;
  /** Connections at a time; what comes beyond is closed at once. */
  readonly maximumConnections?: number | undefined;
}

export interface UnixPlace {
  /** The socket's file. One that nobody listens on any more is replaced. */
  readonly path: string;
  /** Permissions of the file, such as 0o660; absent: as the system's umask says. */
  readonly mode?: number | undefined;
  readonly maximumConnections?: number | undefined;
}

const HANDSHAKE_TIMEOUT = 10_000;
const MAXIMUM_MESSAGE = 4 * 1024 * 1024;

export interface Listener {
  /** What was really taken: with the port that the system chose. */
  readonly address: Address;
  /** No new connection comes any more; those that are there stay. A Unix socket's file is gone. */
  close(): Promise<void>;
}

// The system caps it (net.core.somaxconn); a smaller one drops clients that all come back after a restart.
const BACKLOG = 4096;

/**
 * Listens, and hands each connection over as it comes. Rejects with UsageError where the place cannot be had.
 * `onProblem` hears of connections that were not accepted, whatever the reason; listening goes on.
 */
export async function listen(
  at: ListenAt,
  onConnection: (stream: ByteStream) => void,
  onProblem: OnProblem = () => {},
): Promise<Listener> {
  if ("path" in at) await prepareSocketFile(at.path);
  else if (!(Number.isInteger(at.port) && at.port >= 0 && at.port <= 65_535)) {
    throw new UsageError(`cannot listen on port ${at.port}`, "a port is a number from 0 to 65535");
  }
  const steps = "path" in at ? undefined : await stepsFor(at, onConnection, onProblem);
  const server = createServer({ noDelay: true, allowHalfOpen: true });
  await opened(server, at);
  server.on("error", (error) => onProblem(`cannot be accepted: ${describeNetworkError(error)}`, undefined));
  const address = addressOf(server, at);
  if (at.maximumConnections !== undefined) {
    server.maxConnections = at.maximumConnections;
    server.on("drop", (data) => {
      const { remoteAddress, remotePort } = data ?? {};
      onProblem(
        "there are too many connections on this listener",
        remoteAddress === undefined ? undefined : formatHostAndPort(remoteAddress, remotePort ?? 0),
      );
    });
  }
  const nameOf = (socket: Socket): string => remoteOf(socket, address);
  const plain = { check: checkFirstBytes(onProblem) };
  server.on("connection", (socket) => {
    if (steps === undefined) {
      onConnection(new NodeSocketStream(socket, nameOf, plain));
      return;
    }
    const remote = nameOf(socket);
    socket.on("error", () => {});
    const late = (at as NetworkPlace).handshakeTimeout ?? HANDSHAKE_TIMEOUT;
    const gate = new Gate(socket, late, (waitedFor) => {
      onProblem(`${waitedFor} took longer than ${late / 1000} s`, remote);
    });
    steps({ socket, remote, identity: undefined, gate });
  });
  return { address, close: () => close(server) };
}

/** What a connection goes through before it is handed over; undefined where that is nothing. */
async function stepsFor(
  { scheme = "mqtt", tls, webSocket, trustedProxies, maximumMessage }: NetworkPlace,
  onConnection: (stream: ByteStream) => void,
  onProblem: OnProblem,
): Promise<Step | undefined> {
  if (scheme === "mqtt" && trustedProxies === undefined) return undefined;
  let steps: Step = handOver(onConnection, scheme === "mqtt" ? onProblem : undefined);
  if (scheme === "ws" || scheme === "wss") {
    const { webSocketStep } = await import("./websocket-server.ts");
    steps = webSocketStep(webSocket ?? {}, maximumMessage ?? MAXIMUM_MESSAGE, onConnection, onProblem);
  }
  if (isEncrypted(scheme)) {
    if (tls === undefined) throw new UsageError(`${scheme}:// needs a certificate and its key`);
    const { tlsStep } = await import("./tls-server.ts");
    steps = tlsStep(tls, steps, onProblem);
  }
  if (trustedProxies !== undefined) {
    const { proxyStep } = await import("./proxy-protocol.ts");
    steps = proxyStep(trustedProxies, steps, onProblem);
  }
  return steps;
}

function opened(server: Server, at: ListenAt): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explain(at, error));
    server.once("error", fail);
    const place = "path" in at ? { path: at.path } : { host: at.host, port: at.port };
    server.listen({ ...place, backlog: BACKLOG }, () => {
      server.off("error", fail);
      try {
        if ("path" in at && at.mode !== undefined) chmodSync(at.path, at.mode);
        resolve();
      } catch (error) {
        server.close();
        reject(explain(at, error as Error));
      }
    });
  });
}

/** A program that was killed leaves its socket's file behind; whether it lives is asked by connecting. */
async function prepareSocketFile(path: string): Promise<void> {
  if (isTooLongForSocket(path)) {
    throw new UsageError(`cannot listen on ${path}: the path is too long for a socket`, "at most 103 bytes");
  }
  const isDead = await new Promise<boolean>((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    // Of a file that is no socket, connect says the same.
    socket.once("error", (error) => resolve(errorCodeOf(error) === "ECONNREFUSED" && isSocket(path)));
  });
  if (isDead) unlinkSync(path);
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

async function close(server: Server): Promise<void> {
  // Not awaited to its callback: that waits for the last connection, and those belong to someone else.
  if (server.listening) server.close();
}

function addressOf(server: Server, at: ListenAt): Address {
  if ("path" in at) return { scheme: "unix", host: "", port: 0, path: at.path };
  const { address, port } = server.address() as AddressInfo;
  const scheme = at.scheme ?? "mqtt";
  const isWebSocket = scheme === "ws" || scheme === "wss";
  return { scheme, host: address, port, path: isWebSocket ? (at.webSocket?.path ?? DEFAULT_WEBSOCKET_PATH) : "" };
}

function remoteOf(socket: Socket, address: Address): string {
  if (address.scheme === "unix" || socket.remoteAddress === undefined) return formatAddress(address);
  return formatHostAndPort(socket.remoteAddress.replace(/^::ffff:/, ""), socket.remotePort ?? 0);
}

function explain(at: ListenAt, error: Error): MqtkError {
  const place = "path" in at ? at.path : formatHostAndPort(at.host, at.port);
  const code = errorCodeOf(error);
  if ("path" in at) {
    switch (code) {
      case "EADDRINUSE":
        return isSocket(at.path)
          ? new UsageError(`cannot listen on ${place}: another program listens there`, "stop it, or take another path")
          : new UsageError(`cannot listen on ${place}: there is a file that is no socket`, "take another path");
      case "EACCES":
        return new UsageError(`cannot listen on ${place}: permission denied`, "take a folder that you may write to");
      case "ENOENT":
        return new UsageError(`cannot listen on ${place}: the folder does not exist`);
    }
  } else {
    switch (code) {
      case "EADDRINUSE":
        return new UsageError(
          `cannot listen on ${place}: port ${at.port} is already in use`,
          "take another port (0: any free one), or stop the program that has it",
        );
      case "EACCES":
      case "EPERM":
        return new UsageError(
          `cannot listen on ${place}: port ${at.port} needs more rights`,
          "ports below 1024 are reserved: take a higher one",
        );
      case "EADDRNOTAVAIL":
        return new UsageError(
          `cannot listen on ${place}: ${at.host} is not an address of this machine`,
          "127.0.0.1 is this machine alone, 0.0.0.0 all its networks",
        );
      case "ENOTFOUND":
      case "EAI_AGAIN":
        return new UsageError(`cannot listen on ${place}: ${at.host} is not known`);
    }
  }
  return new MqtkError("usage", `cannot listen on ${place}: ${describeNetworkError(error)}`, { cause: error });
}
