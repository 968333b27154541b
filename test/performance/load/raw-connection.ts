import { connect, type Socket } from "node:net";
import {
  type ConnectProperties,
  encodePacket,
  type Packet,
  PacketType,
  type ProtocolVersion,
} from "../../../src/codec/index.ts";

/** Longest frame that may be cut in two. */
const HEADROOM = 128 * 1024;
/** All sockets read into the same memory: what arrives is looked at before the next one reads. */
const shared = Buffer.allocUnsafeSlow(HEADROOM + 512 * 1024);
const arriving = shared.subarray(HEADROOM);
const NOTHING = Buffer.alloc(0);

/** MQTT over a socket with as little between as possible: frames are looked at where they arrived. */
export abstract class RawConnection {
  protected readonly socket: Socket;
  private readonly version: ProtocolVersion;
  private readonly onLost: (reason: string) => void;
  /** What was handed over and not yet taken by the system; nothing more is written meanwhile. */
  protected isBlocked = false;
  private tail: Buffer = NOTHING;
  private answered: ((type: number) => void) | undefined;
  private acks = Buffer.allocUnsafe(1024);
  private ackLength = 0;

  protected constructor(port: number, version: ProtocolVersion, onLost: (reason: string) => void) {
    this.version = version;
    this.onLost = onLost;
    this.socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: { buffer: arriving, callback: (length) => this.arrived(length) },
    });
    this.socket.on("error", (error) => onLost(error.message));
    this.socket.on("end", () => onLost("the broker closed a connection"));
  }

  /** Sends CONNECT and waits for CONNACK. */
  async open(clientId: string, properties: ConnectProperties = {}): Promise<void> {
    const connack = this.answer(PacketType.CONNACK);
    this.send({
      type: PacketType.CONNECT,
      protocolVersion: this.version,
      bridge: false,
      cleanStart: true,
      keepAlive: 0,
      clientId,
      will: undefined,
      userName: undefined,
      password: undefined,
      properties,
    });
    await connack;
  }

  close(): void {
    this.socket.removeAllListeners("end").destroy();
  }

  protected send(packet: Packet): void {
    this.socket.write(encodePacket(packet, this.version));
  }

  /** The next packet of this type that is not part of the load. */
  protected answer(type: number): Promise<void> {
    return new Promise((resolve) => {
      this.answered = (arrived) => {
        if (arrived === type) {
          resolve();
        }
      };
    });
  }

  /** An acknowledgement that leaves with `flushAcks`. */
  protected acknowledge(firstByte: number, high: number, low: number): void {
    if (this.ackLength + 4 > this.acks.length) {
      this.acks = Buffer.concat([this.acks, Buffer.allocUnsafe(this.acks.length)]);
    }
    const at = this.ackLength;
    this.acks[at] = firstByte;
    this.acks[at + 1] = 2;
    this.acks[at + 2] = high;
    this.acks[at + 3] = low;
    this.ackLength = at + 4;
  }

  protected flushAcks(): void {
    if (this.ackLength > 0 && !this.isBlocked) {
      const length = this.ackLength;
      this.ackLength = 0;
      this.write(this.acks.subarray(0, length));
      if (this.isBlocked) {
        this.acks = Buffer.allocUnsafe(1024);
      }
    }
  }

  /** The bytes may be written over unless it `isBlocked` afterwards; then `unblocked` will tell. */
  protected write(bytes: Buffer): void {
    this.socket.write(bytes, this.written);
    this.isBlocked = this.socket.writableLength > 0;
  }

  /** Everything was taken that was handed over. */
  protected abstract unblocked(): void;
  /** A frame of the load: its first byte, and where its body lies. */
  protected abstract onFrame(firstByte: number, bytes: Buffer, body: number, end: number): void;
  /** Everything that arrived has been looked at. */
  protected abstract onBatch(): void;

  private readonly written = (): void => {
    if (this.isBlocked && this.socket.writableLength === 0) {
      this.isBlocked = false;
      this.flushAcks();
      this.unblocked();
    }
  };

  private arrived(length: number): boolean {
    const start = HEADROOM - this.tail.length;
    shared.set(this.tail, start);
    const end = HEADROOM + length;
    const rest = this.look(start, end);
    this.tail = rest === end ? NOTHING : Buffer.from(shared.subarray(rest, end));
    this.flushAcks();
    this.onBatch();
    return true;
  }

  private look(start: number, end: number): number {
    const bytes = shared;
    let position = start;
    while (end - position >= 2) {
      let at = position + 1;
      let byte = bytes[at] as number;
      let length = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        at += 1;
        if (at === end) {
          return position;
        }
        byte = bytes[at] as number;
        length |= (byte & 127) << shift;
      }
      const body = at + 1;
      if (body + length > end) {
        return position;
      }
      const firstByte = bytes[position] as number;
      const type = firstByte >> 4;
      if (type >= PacketType.PUBLISH && type <= PacketType.PUBCOMP) {
        this.onFrame(firstByte, bytes, body, body + length);
      } else {
        if (type === PacketType.CONNACK && bytes[body + 1] !== 0) {
          this.onLost(`the broker refused a connection (code ${bytes[body + 1]})`);
        }
        this.answered?.(type);
      }
      position = body + length;
    }
    return position;
  }
}
