import {
  encodePacket,
  type Packet,
  PacketParser,
  type ProtocolVersion,
  type PublishFrame,
  type PublishPacket,
} from "../codec/index.ts";
import type { ByteStream } from "../transport/index.ts";
import { endBehindPeer } from "./ended-peers.ts";
import { Outbox } from "./outbox.ts";

/** After our FIN the peer may still read what we said last; then the connection is cut. In milliseconds. */
const LINGER = 1000;

/** What the owner of a connection is told. */
export interface ConnectionHandler {
  /** So many bytes arrived; called once per chunk, before it is parsed. */
  onReceived(length: number): void;
  /** A PUBLISH as a view, valid during the call. */
  onPublish(frame: PublishFrame): void;
  onPacket(packet: Exclude<Packet, PublishPacket>): void;
  /** Whatever was thrown while packets were parsed or handled; nothing behind them will be. A ProtocolError blames the peer. */
  onError(error: unknown): void;
  /** The peer was behind and has caught up. */
  onDrain(): void;
  /** The network connection is gone; called once. */
  onClose(cause: Error | undefined): void;
}

export interface ConnectionOptions {
  readonly role: "server" | "client";
  /** Clients know it from the start, servers learn it from CONNECT. */
  readonly version?: ProtocolVersion;
  /** Bytes of a whole packet that may arrive. */
  readonly maximumPacketSize: number;
}

/** Packets over one Network Connection. */
export class PacketConnection {
  readonly outbox: Outbox;
  readonly parser: PacketParser;
  /** The largest packet that the peer accepts, in bytes with its fixed header. */
  peerMaximumPacketSize = Number.POSITIVE_INFINITY;
  /** False once it ends from either side: nothing is received or sent any more. */
  isOpen = true;
  private readonly stream: ByteStream;
  private readonly handler: ConnectionHandler;
  private linger: NodeJS.Timeout | undefined;

  constructor(stream: ByteStream, handler: ConnectionHandler, options: ConnectionOptions) {
    this.stream = stream;
    this.handler = handler;
    this.outbox = new Outbox(stream, handler);
    this.parser = new PacketParser(options, handler);
    stream.onData = (chunk) => this.receive(chunk);
    stream.onEnd = () => endBehindPeer(this);
    stream.onClose = (cause) => this.closed(cause);
  }

  get version(): ProtocolVersion {
    return this.parser.version;
  }

  /** Who is at the other end, for people. */
  get remote(): string {
    return this.stream.remote;
  }

  /** Bytes that the network has not taken yet. */
  get pending(): number {
    return this.outbox.pending;
  }

  /** Sends at the end of the turn. What the peer could not accept in size is not sent [MQTT-3.1.2-24]: the answer is false. */
  send(packet: Packet): boolean {
    if (!this.isOpen) {
      return false;
    }
    if (this.peerMaximumPacketSize === Number.POSITIVE_INFINITY) {
      this.outbox.send(packet, this.version);
      return true;
    }
    const frame = this.fitting(packet);
    if (frame === undefined) {
      return false;
    }
    this.outbox.sendRange(frame, 0, frame.length);
    return true;
  }

  /** Whether the peer accepts the packet in size, if need be without its reason string and user properties. */
  fits(packet: Packet): boolean {
    return this.peerMaximumPacketSize === Number.POSITIVE_INFINITY || this.fitting(packet) !== undefined;
  }

  /** Stops parsing after the packet in hand, and reading. */
  pause(): void {
    this.parser.pause();
    this.stream.pause();
  }

  resume(): void {
    if (!this.isOpen) {
      return;
    }
    this.stream.resume();
    try {
      this.parser.resume();
    } catch (error) {
      this.handler.onError(error);
    }
    if (this.parser.isPaused) {
      this.stream.pause();
    }
  }

  /** Says `last`, sends everything and ends; what still arrives is discarded. The connection is cut after a second. */
  end(last?: Packet): void {
    if (!this.isOpen) {
      return;
    }
    if (last !== undefined) {
      this.send(last);
    }
    this.isOpen = false;
    this.parser.stop();
    this.outbox.end();
    this.stream.resume();
    this.linger = setTimeout(() => this.stream.destroy(), LINGER).unref();
  }

  /**
   * The peer says and wants no more: everything goes out, and the connection is gone. Where the system has it all, closing the socket is
   * enough (it sends what it has, and then the end): to half-close it, and to wait for what the peer has said already, costs a broker
   * a quarter of all that a short connection takes.
   */
  leave(): void {
    if (!this.isOpen) {
      return;
    }
    this.isOpen = false;
    this.parser.stop();
    this.outbox.flush();
    if (!this.outbox.isBehind && this.stream.saysFarewell !== true) {
      this.outbox.close();
      this.stream.destroy();
      return;
    }
    this.outbox.end();
    this.stream.resume();
    this.linger = setTimeout(() => this.stream.destroy(), LINGER).unref();
  }

  /** Cuts the connection at once. */
  destroy(): void {
    this.isOpen = false;
    this.parser.stop();
    this.outbox.close();
    this.stream.destroy();
  }

  private receive(chunk: Buffer): void {
    if (!this.isOpen) {
      return;
    }
    this.handler.onReceived(chunk.length);
    try {
      this.parser.push(chunk);
    } catch (error) {
      this.handler.onError(error);
    }
  }

  private closed(cause: Error | undefined): void {
    clearTimeout(this.linger);
    this.isOpen = false;
    this.parser.stop();
    this.outbox.close();
    this.handler.onClose(cause);
  }

  /** The encoded packet, without reason string and user properties if it is too large with them [MQTT-3.4.2-2]. */
  private fitting(packet: Packet): Buffer | undefined {
    const frame = encodePacket(packet, this.version);
    if (frame.length <= this.peerMaximumPacketSize) {
      return frame;
    }
    if (!("properties" in packet)) {
      return undefined;
    }
    const { reasonString: _, userProperties: __, ...properties } = packet.properties as Record<string, unknown>;
    const shorter = encodePacket({ ...packet, properties } as Packet, this.version);
    return shorter.length <= this.peerMaximumPacketSize ? shorter : undefined;
  }
}
