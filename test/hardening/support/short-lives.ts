import { connect } from "node:net";
import {
  type ConnackPacket,
  type ConnectProperties,
  encodePacket,
  NO_PROPERTIES,
  PacketParser,
  PacketType,
} from "../../../src/codec/index.ts";
import { connectPacket } from "../../support/packet-client.ts";

/** At a time. */
const CONCURRENT = 100;

/** Clients by the million, each with an id of its own, that say CONNECT and DISCONNECT in one breath and leave nothing here. */
export class ShortLives {
  /** How many got which answer, and the Session Expiry Intervals that the broker set. */
  readonly codes = new Map<number, number>();
  readonly expiries = new Set<number | undefined>();
  private readonly at: { readonly host: string; readonly port: number };
  private readonly properties: ConnectProperties;

  constructor(at: { readonly host: string; readonly port: number }, properties: ConnectProperties) {
    this.at = at;
    this.properties = properties;
  }

  idOf(index: number): string {
    return `life-${index}`;
  }

  /** Those from `from` up to `to`. */
  async run(from: number, to: number): Promise<void> {
    let next = from;
    const line = async (): Promise<void> => {
      while (next < to) {
        next += 1;
        this.note(await this.live(next - 1));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, line));
  }

  private note({ reasonCode, properties }: ConnackPacket): void {
    this.codes.set(reasonCode, (this.codes.get(reasonCode) ?? 0) + 1);
    if (reasonCode === 0) this.expiries.add(properties.sessionExpiryInterval);
  }

  private live(index: number): Promise<ConnackPacket> {
    const words = Buffer.concat([
      encodePacket(connectPacket({ clientId: this.idOf(index), properties: this.properties }), 5),
      encodePacket({ type: PacketType.DISCONNECT, reasonCode: 0, properties: NO_PROPERTIES }, 5),
    ]);
    return new Promise((resolve, reject) => {
      const socket = connect({ ...this.at, noDelay: true }, () => socket.write(words));
      const parser = new PacketParser({
        role: "client",
        version: 5,
        maximumPacketSize: Number.POSITIVE_INFINITY,
        onPublish: () => {},
        onPacket: (packet) => {
          if (packet.type !== PacketType.CONNACK) return;
          // No port waits for stragglers: there are not enough of them.
          socket.resetAndDestroy();
          resolve(packet);
        },
      });
      socket.on("data", (chunk) => parser.push(chunk));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the broker closed the connection without a CONNACK")));
    });
  }
}
