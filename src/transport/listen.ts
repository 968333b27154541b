import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { MqtkError, UsageError } from "../errors.ts";
import { type Address, formatAddress, formatHostAndPort, isTooLongForSocket } from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { describeNetworkError, errorCodeOf } from "./errors.ts";
import { NodeSocketStream } from "./node-socket.ts";

/** Where to listen: port 0 takes a free one; a path is a Unix socket. */
export type ListenAt = { readonly host: string; readonly port: number } | { readonly path: string };

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
 * `onError` hears of connections that could not be accepted (no file descriptors left); listening goes on.
 */
export function listen(
  at: ListenAt,
  onConnection: (stream: ByteStream) => void,
  onError: (error: Error) => void = () => {},
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    const fail = (error: Error): void => reject(explain(at, error));
    if ("path" in at && isTooLongForSocket(at.path)) {
      throw new UsageError(`cannot listen on ${at.path}: the path is too long for a socket`, "at most 103 bytes");
    }
    if ("port" in at && !(Number.isInteger(at.port) && at.port >= 0 && at.port <= 65_535)) {
      throw new UsageError(`cannot listen on port ${at.port}`, "a port is a number from 0 to 65535");
    }
    server.once("error", fail);
    server.listen({ ...at, backlog: BACKLOG }, () => {
      server.off("error", fail).on("error", onError);
      const address = addressOf(server, at);
      server.on("connection", (socket) => {
        onConnection(new NodeSocketStream(socket, remoteOf(socket, address)));
      });
      resolve({ address, close: () => close(server) });
    });
  });
}

async function close(server: Server): Promise<void> {
  // Not awaited to its callback: that waits for the last connection, and those belong to someone else.
  if (server.listening) server.close();
}

function addressOf(server: Server, at: ListenAt): Address {
  if ("path" in at) return { scheme: "unix", host: "", port: 0, path: at.path };
  const { address, port } = server.address() as AddressInfo;
  return { scheme: "mqtt", host: address, port, path: "" };
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
        return new UsageError(
          `cannot listen on ${place}: the socket file exists already`,
          "stop the program that listens there, or remove the file if none does",
        );
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
