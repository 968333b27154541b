import { expect } from "vitest";
import { NO_PROPERTIES } from "../../../src/codec/index.ts";
import { PacketClient, publishPacket } from "../../support/packet-client.ts";

type At = { readonly host: string; readonly port: number };

/** How often the bystander's publisher says something, in milliseconds. */
const EVERY = 20;

/**
 * A publisher and a subscriber who have nothing to do with what else goes on. At the end the subscriber must have got
 * everything, in order, nothing else, and never have waited longer than it may.
 */
export class Bystander {
  private readonly publisher: PacketClient;
  private readonly subscriber: PacketClient;
  private readonly topic: string;
  private readonly timer: NodeJS.Timeout;
  private sent = 0;
  private longestGap = 0;
  private watching = true;
  private readonly watched: Promise<void>;

  private constructor(publisher: PacketClient, subscriber: PacketClient, topic: string) {
    this.publisher = publisher;
    this.subscriber = subscriber;
    this.topic = topic;
    this.timer = setInterval(() => this.say(), EVERY);
    this.watched = this.watch();
  }

  static async start(at: At): Promise<Bystander> {
    const [publisher, subscriber] = [await PacketClient.connect(at), await PacketClient.connect(at)];
    const topic = `bystander/${Math.random()}`;
    await subscriber.subscribe({ filter: topic, qos: 1 });
    return new Bystander(publisher, subscriber, topic);
  }

  /** Stops, and checks what it got. `patience`: the longest gap between two messages that it may have had. */
  async stop(patience = 2000): Promise<void> {
    clearInterval(this.timer);
    await this.publisher.settled();
    await this.subscriber.until(() => this.subscriber.arrived.length >= this.sent, "everything for the bystander");
    this.watching = false;
    await this.watched;
    const got = this.subscriber.arrived.map(({ packet }) =>
      "payload" in packet ? Number(Buffer.from(packet.payload).toString()) : packet,
    );
    expect(got).toEqual(Array.from({ length: this.sent }, (_, index) => index));
    expect(this.longestGap).toBeLessThan(patience);
    this.publisher.destroy();
    this.subscriber.destroy();
  }

  private say(): void {
    this.publisher.send(publishPacket(this.topic, `${this.sent}`, { properties: NO_PROPERTIES }));
    this.sent += 1;
  }

  /** How late this process itself was is not the broker's fault: only turns in which it was there count. */
  private async watch(): Promise<void> {
    let last = performance.now();
    let seen = 0;
    while (this.watching) {
      const before = performance.now();
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      const late = performance.now() - before - EVERY;
      if (late > EVERY) last += late;
      if (this.subscriber.arrived.length > seen) {
        seen = this.subscriber.arrived.length;
        last = performance.now();
      } else if (seen < this.sent) {
        this.longestGap = Math.max(this.longestGap, performance.now() - last);
      }
    }
  }
}
