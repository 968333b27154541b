export interface WebSocketClientOptions {
  /** Behind the path, without its `?`. */
  readonly query?: string | undefined;
  /** Added to the request. */
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  /** What to speak: `mqtt`, for 3.1 `mqttv3.1`. Absent: `mqtt`. */
  readonly subprotocol?: string | undefined;
}

export interface WebSocketServerOptions {
  /** The only path that is answered; absent: `/` and `/mqtt`. */
  readonly path?: string | undefined;
  /** Web pages of these origins may connect, `*`: any. Absent: those that come from the same host and port. */
  readonly origins?: readonly string[] | undefined;
}
