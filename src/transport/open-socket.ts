import { connect, isIP, type Socket, type TcpSocketConnectOpts } from "node:net";

/** What the system can connect to. */
export type Target =
  | { readonly host: string; readonly port: number; readonly localAddress?: string | undefined }
  | { readonly path: string };

/** How a connection attempt is followed while it goes on. */
export interface Follower {
  /** The socket of the attempt; there may be several, one after the other. */
  onSocket(socket: Socket): void;
  /** The name has been found. */
  onLookup(): void;
}

/** Connects a socket, TCP or Unix. Rejects with the system's own error. */
export function openSocket(target: Target, follower: Follower): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const hosts = "path" in target ? [""] : hostsOf(target);
    let tried = 0;
    const tryNext = (): void => {
      const socket = start(target, hosts[tried] as string);
      tried += 1;
      follower.onSocket(socket);
      socket.once("lookup", () => follower.onLookup());
      const onConnect = (): void => {
        socket.off("error", onError);
        resolve(socket);
      };
      const onError = (error: Error): void => {
        socket.off("connect", onConnect);
        if (tried < hosts.length) tryNext();
        else reject(error);
      };
      socket.once("connect", onConnect).once("error", onError);
    };
    tryNext();
  });
}

/**
 * What to connect to, one after the other. "localhost" is always this machine (RFC 6761); asking the system for it loads
 * node:dns and cost 5.5 ms of each start. From an address of this machine only its own family can be reached (and only
 * then is it asked for: the pattern of IPv6 addresses takes Node.js 3 ms).
 */
function hostsOf({ host, localAddress }: { host: string; localAddress?: string | undefined }): readonly string[] {
  if (host !== "localhost") return [host];
  if (localAddress === undefined) return ["127.0.0.1", "::1"];
  return isIP(localAddress) === 6 ? ["::1"] : ["127.0.0.1"];
}

function start(target: Target, host: string): Socket {
  if ("path" in target) return connect({ path: target.path, allowHalfOpen: true });
  // Without noDelay, coalesced writes meet the other side's delayed acknowledgements: 40 ms stalls.
  const options: TcpSocketConnectOpts & { allowHalfOpen: boolean } = {
    host,
    port: target.port,
    noDelay: true,
    allowHalfOpen: true,
    ...(target.localAddress === undefined
      ? {}
      : { localAddress: target.localAddress, family: isIP(target.localAddress) }),
  };
  return connect(options);
}
