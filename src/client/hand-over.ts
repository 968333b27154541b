import type { PacketConnection } from "../connection/index.ts";
import type { MqtkError } from "../errors.ts";

type Callback = (lost?: MqtkError) => void;

/** Those who wait until the network has taken everything that one connection had to send. */
export class HandOver {
  private readonly connection: Pick<PacketConnection, "pending" | "outbox">;
  private callbacks: Callback[] = [];
  private isScheduled = false;

  constructor(connection: Pick<PacketConnection, "pending" | "outbox">) {
    this.connection = connection;
  }

  add(callback: Callback): void {
    this.callbacks.push(callback);
    this.schedule();
  }

  /** To be called whenever the network has taken something. */
  check(): void {
    // One by one: a callback may have sent something, and the ones behind it wait for that, too.
    while (this.connection.pending === 0) {
      const callback = this.callbacks.shift();
      if (callback === undefined) return;
      callback();
    }
    if (this.callbacks.length > 0 && !this.connection.outbox.isBehind) this.schedule();
  }

  /** The connection is lost, and with it what the network had not taken. */
  fail(lost: MqtkError): void {
    for (const callback of this.callbacks.splice(0)) callback(lost);
  }

  /** Behind the flush of this turn, which was scheduled when the first byte came. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.check();
    });
  }
}
