import type { Swept } from "../../connection/index.ts";
import type { MemoryBudget } from "../sessions/memory-budget.ts";

/** A connection whose bytes the network may leave lying. */
export interface Sink {
  readonly bytesPending: number;
  /** Ends it, and with it what waits for it. */
  abandon(): void;
}

/** Adds up what the network has not taken yet. While everything together is too much, whoever has most of it has to go. */
export class MemoryWatch implements Swept {
  private readonly sinks: Iterable<Sink>;
  private readonly memory: MemoryBudget;

  constructor(sinks: Iterable<Sink>, memory: MemoryBudget) {
    this.sinks = sinks;
    this.memory = memory;
  }

  sweep(): void {
    let sum = 0;
    for (const sink of this.sinks) {
      sum += sink.bytesPending;
    }
    this.memory.outgoing = sum;
    if (this.memory.isExhausted) {
      this.shed();
    }
  }

  private shed(): void {
    const heaviest = [...this.sinks]
      .filter((sink) => sink.bytesPending > 0)
      .sort((a, b) => b.bytesPending - a.bytesPending);
    for (const sink of heaviest) {
      if (!this.memory.isExhausted) {
        return;
      }
      this.memory.outgoing -= sink.bytesPending;
      sink.abandon();
    }
  }
}
