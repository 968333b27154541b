import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { isMqtkError, UsageError } from "../errors.ts";
import { type Address, DEFAULT_PORTS, formatHostAndPort, placeOf } from "./address.ts";
import type { ByteStream } from "./byte-stream.ts";
import { describeNetworkError, errorCodeOf, type Problem, UnreachableError } from "./errors.ts";
import type { TlsClient } from "./tls-client.ts";
import type { WebSocketClientOptions } from "./websocket-options.ts";
import { WebSocketStream } from "./websocket-stream.ts";

/** The largest MQTT packet, and some more for what stands before it in the same message. */
const MAXIMUM_MESSAGE = 272 * 1024 * 1024;

/** Opens a WebSocket over a connected socket, secure or not. Rejects with UnreachableError, stage "websocket". */
export function openWebSocket(
  socket: Socket,
  address: Address,
  remote: string,
  options: WebSocketClientOptions,
  secure?: Pick<TlsClient, "explain" | "suspicion">,
): Promise<ByteStream> {
  const subprotocol = options.subprotocol ?? "mqtt";
  return new Promise((resolve, reject) => {
    const webSocket = start(socket, address, subprotocol, options);
    const stream = new WebSocketStream(webSocket, socket, remote);
    const fail = (error: Error): void => {
      const explained = secure?.explain(error);
      reject(isMqtkError(explained) ? explained : explain(error, address, secure?.suspicion));
    };
    webSocket.once("error", fail);
    webSocket.once("unexpected-response", (_request, response: IncomingMessage) => {
      reject(refused(response, address));
    });
    webSocket.once("open", () => {
      webSocket.off("error", fail);
      if (webSocket.protocol === subprotocol) resolve(stream);
      else {
        reject(
          new UnreachableError("websocket", `${placeOf(address)} opened a WebSocket, but not for MQTT`, {
            hint: "it did not answer with the subprotocol mqtt: is this the right path?",
          }),
        );
      }
    });
  });
}

function start(socket: Socket, address: Address, subprotocol: string, options: WebSocketClientOptions): WebSocket {
  const { query, headers = [] } = options;
  const target = query === undefined ? address.path : `${address.path}?${query}`;
  // The socket is there, encrypted or not: "ws" is for the URL alone.
  const url = new URL(`ws://${formatHostAndPort(address.host.replace(/%.*$/, ""), address.port)}${target}`);
  const { host, port, scheme } = address;
  const isDefaultPort = scheme !== "unix" && port === DEFAULT_PORTS[scheme];
  const bare = formatHostAndPort(host, port).replace(/:\d+$/, "");
  try {
    return new WebSocket(url, [subprotocol], {
      createConnection: () => socket,
      headers: { Host: isDefaultPort ? bare : `${bare}:${port}`, ...Object.fromEntries(headers) },
      perMessageDeflate: false,
      maxPayload: MAXIMUM_MESSAGE,
    });
  } catch (error) {
    throw new UsageError(`WebSocket: ${error instanceof Error ? error.message : error}`);
  }
}

function refused(response: IncomingMessage, address: Address): UnreachableError {
  const { statusCode = 0, statusMessage = "", headers } = response;
  response.destroy();
  const place = placeOf(address);
  const to = headers.location;
  const what = `${place} does not open a WebSocket at ${address.path}: it answered ${statusCode} ${statusMessage}`;
  return new UnreachableError("websocket", what.trimEnd(), { hint: hintFor(statusCode, to) });
}

function hintFor(statusCode: number, location: string | undefined): string | undefined {
  if (location !== undefined && statusCode >= 300 && statusCode < 400) return `it points to ${location}`;
  switch (statusCode) {
    case 401:
    case 407:
      return "the server in front of the broker wants a login of its own";
    case 403:
      return "the broker refuses this origin, or the signature in the URL";
    case 404:
      return "check the path: mostly it is /mqtt, / or /ws";
    case 502:
    case 503:
    case 504:
      return "there is a proxy, but the broker behind it does not answer";
    default:
      return statusCode < 300 ? "something else than a broker answers there" : undefined;
  }
}

function explain(error: Error, address: Address, suspicion: Problem | undefined): UnreachableError {
  const place = placeOf(address);
  const code = errorCodeOf(error) ?? "";
  const hint = "does it take WebSockets on this port?";
  if (code === "ECONNRESET" || /socket hang up/.test(error.message)) {
    const what = `${place} closed the connection instead of opening a WebSocket`;
    return new UnreachableError("websocket", what, {
      cause: error,
      ...(suspicion === "client-certificate-disliked" ? { problem: suspicion } : { hint }),
    });
  }
  // What came back was no HTTP: node:http says so with the codes of its parser.
  const what = /^HPE_/.test(code)
    ? `${place} does not speak HTTP, and so no WebSocket`
    : `${place} did not open a WebSocket: ${describeNetworkError(error)}`;
  return new UnreachableError("websocket", what, { cause: error, hint });
}
