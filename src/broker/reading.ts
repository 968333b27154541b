import type { PacketConnection } from "../connection/index.ts";
import type { TurnBudget } from "./turn-budget.ts";

/**
 * Whether a client is read from. It is not while somebody waits for somebody else: its CONNECT for an answer, its
 * messages for a subscriber, what it does not read of what it causes itself, or others for their turn.
 */
export class Reading {
  private readonly connection: PacketConnection;
  private readonly budget: TurnBudget;
  private holds = 0;
  private holdsItself = false;
  /** What was left of the turn's budget when its bytes began to be read. */
  private budgetBefore = 0;

  constructor(connection: PacketConnection, budget: TurnBudget) {
    this.connection = connection;
    this.budget = budget;
  }

  get isHeld(): boolean {
    return this.holds > 0;
  }

  /** Its bytes are about to be parsed. */
  begin(): void {
    this.budgetBefore = this.budget.remaining;
  }

  /** A packet was handled. If it made the broker work enough for this turn, what else it sent is read in a later one. */
  handledOne(): void {
    if (this.budget.isSpentSince(this.budgetBefore) && this.connection.isOpen) {
      this.hold();
      this.budget.giveWay(() => {
        this.holds -= 1;
        this.goOn();
      });
    }
  }

  hold(): void {
    this.holds += 1;
    if (this.holds === 1) {
      this.connection.pause();
    }
  }

  release(): void {
    this.holds -= 1;
    if (this.holds === 0) {
      // Not at once: this may be called while another packet is being handled.
      setImmediate(() => this.goOn());
    }
  }

  /** It does not take what its own messages bring it. */
  holdItself(): void {
    if (!this.holdsItself && this.connection.isOpen) {
      this.holdsItself = true;
      this.hold();
    }
  }

  releaseItself(): void {
    if (this.holdsItself) {
      this.holdsItself = false;
      this.release();
    }
  }

  private goOn(): void {
    if (this.holds === 0) {
      this.begin();
      this.connection.resume();
    }
  }
}
