/**
 * A connected, ordered, two-way stream of bytes: all that the layers above know of the network.
 * TCP, Unix sockets, TLS, WebSocket and the tests' memory streams stand behind it, and all pass the same contract
 * (`test/unit/transport/byte-stream-contract.ts`).
 *
 * The four callbacks are plain properties: whoever owns the stream assigns them (and may assign others later). Until
 * then they do nothing, but no byte is read before the turn in which the stream was handed over has ended.
 */
export interface ByteStream {
  /** The other end, for people: `127.0.0.1:51234`, `unix:/run/mqtt.sock`. */
  readonly remote: string;
  /** Who the other end proved to be, where the transport asks for proof. */
  readonly identity?: PeerIdentity | undefined;
  /** The end is a message of its own (TLS, WebSocket): a peer that does not get it believes in a failure. Absent: no. */
  readonly saysFarewell?: boolean;

  /** Bytes arrived. The chunk is the receiver's: the transport never writes into it again. */
  onData: (chunk: Buffer) => void;
  /** Everything handed over so far has been taken by the network. Called only after a write answered `false`. */
  onDrain: () => void;
  /** The peer has finished sending; writing is still possible. */
  onEnd: () => void;
  /** Called once, when the stream is gone in both directions; nothing comes after it. No cause: closed as intended. */
  onClose: (cause: Error | undefined) => void;

  /**
   * Hands bytes to the network. `true`: it has them, the caller may reuse the memory at once. `false`: they are
   * referenced, and must not change, until `onDrain`. Bytes written after `end`, `destroy` or `onClose` are dropped;
   * the answer is `false`, because no network ever has them.
   */
  write(bytes: Uint8Array): boolean;
  /** The same for several parts in one go: on a socket, one gathered system call. */
  writeAll(parts: readonly Uint8Array[]): boolean;
  /** Bytes handed over that the network has not yet taken. */
  readonly writableLength: number;

  /** Stops reading, so that the peer is slowed down; no `onData` comes until `resume`. */
  pause(): void;
  resume(): void;

  /**
   * No more will be written: the peer sees the end behind everything written so far. Reading goes on, except with
   * WebSocket: it has one end for both directions, and the peer's answer to it is the close.
   */
  end(): void;
  /** Drops the connection at once, in both directions, with whatever is still unwritten. */
  destroy(): void;
}

/** What the other end proved with its certificate or its key. */
export interface PeerIdentity {
  /** A client certificate that was checked. */
  readonly certificate?: PeerCertificate | undefined;
  /** The identity whose pre-shared key it has. */
  readonly psk?: string | undefined;
}

export interface PeerCertificate {
  /** CN of the subject; as the issuer signed it, but not necessarily fit for a user name. */
  readonly commonName: string;
  /** SHA-256 of the certificate, `AB:CD:…`; empty where a proxy checked it and did not tell. */
  readonly fingerprint: string;
}
