import { onTestFinished } from "vitest";
import type { BrokerParts } from "../../src/broker/broker.ts";
import { Broker, type BrokerEvents } from "../../src/broker/index.ts";
import type { Clock } from "../../src/clock.ts";
import type { Sweeper, Swept } from "../../src/connection/index.ts";
import { type ConnectWishes, PacketClient } from "./packet-client.ts";

/** Something that a broker told. */
export interface BrokerEvent {
  readonly name: keyof BrokerEvents;
  readonly details: readonly unknown[];
}

const EVENTS = [
  "onConnect",
  "onRefused",
  "onDisconnect",
  "onSubscribe",
  "onUnsubscribe",
  "onPublish",
  "onWillRefused",
  "onInternalError",
  "onDropped",
] as const satisfies readonly (keyof BrokerEvents)[];

/** A clock that stands still until a test turns it. */
export class TurnedClock implements Clock {
  private time = 1000;

  now(): number {
    return this.time;
  }

  /** Lets milliseconds pass; deadlines are looked at a little later, as the sweeper goes round. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** A broker in this process, on a free port, and what it told. It stops when the test is over. */
export class RunningBroker {
  readonly events: BrokerEvent[] = [];
  readonly broker: Broker;
  at!: { readonly host: string; readonly port: number };
  private waiting: (() => void)[] = [];

  private constructor(parts: BrokerParts) {
    const events = Object.fromEntries(
      EVENTS.map((name) => [
        name,
        (...details: unknown[]) => {
          this.events.push({ name, details });
          for (const wake of this.waiting.splice(0)) {
            wake();
          }
        },
      ]),
    );
    this.broker = new Broker({ ...parts, events });
  }

  static async start(parts: BrokerParts = {}): Promise<RunningBroker> {
    const running = new RunningBroker(parts);
    const { host, port } = await running.broker.listen({ host: "127.0.0.1", port: 0 });
    running.at = { host, port };
    onTestFinished(() => running.broker.stop(0));
    return running;
  }

  /** A client that has its CONNACK. */
  connect(wishes: ConnectWishes = {}): Promise<PacketClient> {
    return PacketClient.connect(this.at, wishes);
  }

  eventsOf(name: keyof BrokerEvents): readonly unknown[][] {
    return this.events.filter((event) => event.name === name).map(({ details }) => [...details]);
  }

  /** Waits until the broker's sweeper has gone round once more. */
  async swept(): Promise<void> {
    const { sweeper } = (this.broker as unknown as { core: { sweeper: Sweeper } }).core;
    await new Promise<void>((resolve) => {
      const witness: Swept = {
        sweep: () => {
          sweeper.remove(witness);
          resolve();
        },
      };
      sweeper.add(witness);
    });
  }

  /** Waits until the broker has told this so many times; the test's own deadline ends the wait. */
  async told(name: keyof BrokerEvents, times = 1): Promise<readonly unknown[][]> {
    while (this.eventsOf(name).length < times) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.eventsOf(name);
  }
}
