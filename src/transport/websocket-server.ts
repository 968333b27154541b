import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, WebSocketServer } from "ws";
import type { Arrival, OnProblem, Step } from "./accept.ts";
import type { ByteStream } from "./byte-stream.ts";
import { errorCodeOf } from "./errors.ts";
import type { WebSocketServerOptions } from "./websocket-options.ts";
import { WebSocketStream } from "./websocket-stream.ts";

/** The names of MQTT among the subprotocols of WebSocket; the second is that of 3.1. */
const SUBPROTOCOLS = ["mqtt", "mqttv3.1"];
/** Bytes of the request line and all headers. */
const MAXIMUM_HEADERS = 16 * 1024;
/** Nobody cuts a message into so many pieces but to make work. */
const MAXIMUM_FRAGMENTS = 1024;
const DEFAULT_PATHS = ["/", "/mqtt"];

/**
 * The last step of WebSocket listeners: the HTTP request that opens one. `maximumMessage`: bytes of one WebSocket
 * message, which may hold several packets.
 */
export function webSocketStep(
  options: WebSocketServerOptions,
  maximumMessage: number,
  onConnection: (stream: ByteStream) => void,
  onProblem: OnProblem,
): Step {
  const arrivals = new WeakMap<Duplex, Arrival>();
  const settings: ServerOptions & { maxFragments: number; maxBufferedChunks: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maximumMessage,
    maxFragments: MAXIMUM_FRAGMENTS,
    maxBufferedChunks: 16 * 1024,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  };
  const webSockets = new WebSocketServer(settings);
  const http = createServer({ maxHeaderSize: MAXIMUM_HEADERS, noDelay: true });
  const refuse = (socket: Duplex, status: string, reason: string, header = ""): void => {
    socket.on("error", () => {});
    socket.end(
      `HTTP/1.1 ${status}\r\n${header}Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length + 1}\r\n\r\n${reason}\n`,
    );
    onProblem(`${status.slice(4)}: ${reason}`, arrivals.get(socket)?.remote);
  };

  webSockets.on("wsClientError", (error, socket) => refuse(socket, "400 Bad Request", error.message));
  http.on("upgrade", (request: IncomingMessage, socket, head) => {
    const arrival = arrivals.get(socket);
    const refusal = refusalOf(request, options);
    if (arrival === undefined || refusal !== undefined) {
      refuse(socket, ...(refusal ?? (["400 Bad Request", "not a connection of this listener"] as const)));
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      arrival.gate.open();
      onConnection(new WebSocketStream(webSocket, arrival.socket, arrival.remote, arrival.identity));
    });
  });
  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const isHere = isPath(pathOf(request), options);
    response.writeHead(isHere ? 426 : 404, {
      Connection: "close",
      "Content-Type": "text/plain",
      ...(isHere && { Upgrade: "websocket" }),
    });
    response.end(isHere ? "MQTT over WebSocket\n" : "not here\n");
  });
  http.on("clientError", (error, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const isTooMuch = errorCodeOf(error) === "HPE_HEADER_OVERFLOW";
    refuse(
      socket,
      isTooMuch ? "431 Request Header Fields Too Large" : "400 Bad Request",
      isTooMuch ? "too many headers" : "it does not speak HTTP, and this listener takes WebSockets",
    );
  });

  return (arrival) => {
    arrivals.set(arrival.socket, arrival);
    arrival.gate.waitsFor = "the WebSocket";
    arrival.gate.farewell = {
      socket: arrival.socket,
      text: "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
    };
    http.emit("connection", arrival.socket);
  };
}

/** Status and reason where the request is not one that opens a WebSocket for MQTT. */
function refusalOf(request: IncomingMessage, options: WebSocketServerOptions): readonly [string, string] | undefined {
  if (!isPath(pathOf(request), options)) return ["404 Not Found", "there is no MQTT at this path"];
  if (!isAllowed(request, options)) return ["403 Forbidden", "web pages of this origin may not connect"];
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  if (!SUBPROTOCOLS.some((name) => offered.includes(name))) {
    return ["400 Bad Request", "the subprotocol mqtt is not asked for"]; // [MQTT-6.0.0-3]
  }
  return undefined;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").replace(/\?.*$/s, "");
}

function isPath(path: string, options: WebSocketServerOptions): boolean {
  return options.path === undefined ? DEFAULT_PATHS.includes(path) : options.path === path;
}

/** Only browsers send an origin, and any page may let a browser connect: it is asked whether ours is meant. */
function isAllowed({ headers }: IncomingMessage, { origins }: WebSocketServerOptions): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins?.includes("*")) return true;
  if (origins?.includes(origin)) return true;
  return origins === undefined && origin.replace(/^https?:\/\//, "") === host;
}
