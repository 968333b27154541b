import { isIP, type Socket } from "node:net";
import { isMqtkError, MqtkError } from "../errors.ts";
import { type Address, formatAddress, formatHostAndPort, isEncrypted, isTooLongForSocket, placeOf } from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { explainConnectError, explainTimeout } from "./connect-error.ts";
import { type Stage, UnreachableError } from "./errors.ts";
import { looksUnlikeMqtt } from "./first-bytes.ts";
import { NodeSocketStream } from "./node-socket.ts";
import { openSocket, type Target } from "./open-socket.ts";
import type { ProxyServer } from "./proxy-url.ts";
import type { TlsClientOptions } from "./tls-options.ts";
import type { WebSocketClientOptions } from "./websocket-options.ts";

/** How a connection is made beside what its address says. */
export interface TransportOptions {
  /** For `mqtts` and `wss`. Absent: what Node.js trusts. */
  readonly tls?: TlsClientOptions | undefined;
  /** For `ws` and `wss`. */
  readonly webSocket?: WebSocketClientOptions | undefined;
  /** Through whom; not for `unix`. */
  readonly proxy?: ProxyServer | undefined;
  /** The address of this machine to connect from; not for `unix`. */
  readonly localAddress?: string | undefined;
}

export interface DialOptions extends TransportOptions {
  /** Milliseconds from the lookup of the name until bytes can flow. */
  readonly timeout: number;
  /** Gives the attempt up; the promise is then rejected with code "interrupted". */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to an address. Rejects with UnreachableError, in people's words and with the stage that failed, or with
 * UsageError where options cannot be used.
 */
export async function dial(address: Address, options: DialOptions): Promise<ByteStream> {
  const attempt = new Attempt(address, options);
  try {
    return await Promise.race([connect(attempt), attempt.givenUp]);
  } catch (error) {
    attempt.cut();
    throw isMqtkError(error) ? error : explainConnectError(address, attempt.stage, error as Error);
  } finally {
    attempt.release();
  }
}

/** One attempt: its deadline, how far it came, and what has to be cut when it is given up. */
class Attempt {
  readonly address: Address;
  readonly options: DialOptions;
  readonly givenUp: Promise<never>;
  #stage: Stage | undefined;
  #socket: Socket | undefined;
  #isCut = false;
  #isReleased = false;
  #timer: NodeJS.Timeout | undefined;
  #giveUp: (error: MqtkError) => void = () => {};

  constructor(address: Address, options: DialOptions) {
    this.address = address;
    this.options = options;
    this.givenUp = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.givenUp.catch(() => {});
    // On this machine the connection is there when the event loop comes round; no timer is 0.2 ms less of such a start.
    setImmediate(() => {
      if (this.#isReleased) return;
      this.#timer = setTimeout(() => {
        this.#giveUp(explainTimeout(address, this.stage, options.timeout));
      }, options.timeout);
    });
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
  }

  get stage(): Stage {
    const { scheme, host } = this.address;
    const isKnown = scheme === "unix" || host === "localhost" || isIP(host) !== 0;
    return this.#stage ?? (isKnown ? "connect" : "lookup");
  }

  set stage(stage: Stage) {
    this.#stage = stage;
  }

  /** From here on this socket is cut with the attempt, and its errors end nothing but the attempt. */
  hold(socket: Socket): Socket {
    this.#socket = socket;
    socket.on("error", () => {});
    if (this.#isCut) socket.destroy();
    return socket;
  }

  cut(): void {
    this.#isCut = true;
    this.#socket?.destroy();
  }

  release(): void {
    this.#isReleased = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.options.signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#giveUp(new MqtkError("interrupted", `connecting to ${placeOf(this.address)} was interrupted`));
  };
}

async function connect(attempt: Attempt): Promise<ByteStream> {
  const { address, options } = attempt;
  if (options.signal?.aborted) return attempt.givenUp;
  if (address.scheme === "unix") {
    if (isTooLongForSocket(address.path)) {
      throw new UnreachableError("connect", `cannot connect to ${address.path}: the path is too long for a socket`);
    }
    const socket = await open(attempt, { path: address.path });
    return new NodeSocketStream(socket, formatAddress(address), { check: looksUnlikeMqtt(address) });
  }
  // Loaded first: options that cannot be used are told before the network is.
  const secure = isEncrypted(address.scheme)
    ? (await import("./tls-client.ts")).tlsClient(address, options.tls ?? {})
    : undefined;
  const webSocket =
    address.scheme === "ws" || address.scheme === "wss" ? await import("./websocket-client.ts") : undefined;

  let socket: Socket;
  let remote = placeOf(address);
  if (options.proxy === undefined) {
    socket = await open(attempt, { host: address.host, port: address.port, localAddress: options.localAddress });
    remote = formatHostAndPort(socket.remoteAddress ?? address.host, socket.remotePort ?? address.port);
  } else {
    socket = await openThrough(attempt, options.proxy);
  }
  if (secure !== undefined) {
    attempt.stage = "tls";
    socket = attempt.hold(await secure.start(socket));
  }
  if (webSocket !== undefined) {
    attempt.stage = "websocket";
    return webSocket.openWebSocket(socket, address, remote, options.webSocket ?? {}, secure);
  }
  return new NodeSocketStream(
    socket,
    remote,
    secure === undefined ? { check: looksUnlikeMqtt(address) } : { explain: (error) => secure.explain(error) },
  );
}

function open(attempt: Attempt, target: Target): Promise<Socket> {
  return openSocket(target, {
    onSocket: (socket) => attempt.hold(socket),
    onLookup: () => {
      if (attempt.stage === "lookup") attempt.stage = "connect";
    },
  });
}

async function openThrough(attempt: Attempt, proxy: ProxyServer): Promise<Socket> {
  const { connectThrough, explainProxyError } = await import("./proxy-connect.ts");
  attempt.stage = "proxy";
  const socket = await open(attempt, {
    host: proxy.host,
    port: proxy.port,
    localAddress: attempt.options.localAddress,
  }).catch((error: Error) => {
    throw explainProxyError(proxy, error);
  });
  await connectThrough(socket, proxy, attempt.address);
  return socket;
}
