import type { MessageCounts } from "./bench-result.ts";
import { ClientPool } from "./client-pool.ts";
import { halting } from "./halting.ts";
import { LatencyRecorder } from "./latency-recorder.ts";
import { type Measured, Meter } from "./meter.ts";
import { baseTopic, type Means, type Order } from "./order.ts";
import { pauseFor } from "./pause.ts";
import { Reporter } from "./reporter.ts";
import type { OperationScenario } from "./scenario.ts";
import type { SendSchedule } from "./send-schedule.ts";
import { ownOf } from "./team.ts";
import { ticksBetween, ticksOf } from "./ticks.ts";
import { within } from "./within.ts";

/** What the operations of a scenario work with. */
export interface Slots {
  /** The numbers of those that are run from here; each does one thing at a time. */
  readonly own: readonly number[];
  readonly pool: ClientPool;
  /** Above the topics of the measurement. */
  readonly base: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const NO_MESSAGES: MessageCounts = {
  ...{ sent: 0, expected: 0, received: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unacknowledged: 0 },
};

/** A measurement in which every client does the same thing again and again: connecting, subscribing. */
export class OperationsRun {
  readonly meter: Meter;
  readonly sendLag = new LatencyRecorder();
  /** Operations that found no free client when they were due. */
  heldBack = 0;
  /** Operations of the schedule that were not begun. */
  unsent = 0;
  readonly #scenario: OperationScenario;
  readonly #order: Order;
  readonly #means: Means;
  readonly #halt = new AbortController();
  readonly #signal: AbortSignal;
  readonly #reporter: Reporter;
  #operate: (slot: number) => Promise<number> = () => Promise.resolve(0);
  #completed = 0;
  #running = 0;
  #isRunning = false;
  #isMeasured = false;
  #isComplete = false;
  /** Open loop: free slots, and when operations without one were due. */
  #free: number[] = [];
  readonly #waiting: number[] = [];

  constructor(scenario: OperationScenario, order: Order, means: Means) {
    this.#scenario = scenario;
    this.#order = order;
    this.#means = means;
    this.#signal = AbortSignal.any([means.signal, this.#halt.signal]);
    this.meter = new Meter(order, means, scenario.operation);
    this.#reporter = new Reporter(means, this.meter, () => this.#completed);
  }

  /** Closed loop: as many at a time as there are clients. Open loop: as the schedule says. Answers as FlowRun does. */
  async under(schedule: SendSchedule | undefined): Promise<unknown> {
    const { plan, cell } = this.#order;
    const { clock, team } = this.#means;
    const slotNumbers = [...ownOf(team, cell.clients)];
    const pool = new ClientPool(this.#order, this.#means, this.meter.connect, (error) => this.#halt.abort(error));
    const signal = this.#signal;
    try {
      this.#reporter.enter("connecting");
      const slots: Slots = {
        ...{ own: slotNumbers, pool, base: baseTopic(this.#order), signal, now: () => clock.now() },
      };
      this.#operate = await halting(signal, this.#scenario.open(slots));
      const { at } = await halting(signal, team.meet(undefined));
      this.#isRunning = true;
      this.#reporter.enter("warming up");
      if (schedule === undefined) for (const slot of slotNumbers) this.#repeat(slot);
      else this.#follow(schedule, slotNumbers, at);
      await pauseFor(Math.max(0, at + plan.warmUp - clock.now()), signal);
      this.#reporter.enter("measuring");
      this.#isMeasured = true;
      this.meter.begin(() => this.#completed);
      await pauseFor(plan.duration, signal);
      this.#isMeasured = false;
      this.meter.end();
      this.#isRunning = false;
      this.#reporter.enter("draining");
      const until = clock.now() + plan.drainTimeout;
      while (this.#running > 0 && clock.now() < until) await pauseFor(5, signal);
      this.#isComplete = true;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.#isRunning = false;
      this.meter.end();
      this.#reporter.stop();
      await within(plan.drainTimeout, pool.close());
    }
  }

  measured(): Measured | undefined {
    return this.meter.measured(NO_MESSAGES, this.#isComplete);
  }

  async #repeat(slot: number): Promise<void> {
    while (this.#isRunning) {
      const now = this.#means.clock.now();
      if (!(await this.#run(slot, now, now))) return;
    }
  }

  /** Workers take turns. */
  #follow(schedule: SendSchedule, slots: number[], startAt: number): void {
    const { clock, team } = this.#means;
    this.#free = slots;
    this.unsent = ownOf(team, schedule.count).length;
    let given = team.index;
    const turn = () => {
      if (!this.#isRunning) return;
      const due = schedule.dueBy(clock.now() - startAt);
      for (; given < due; given += team.size) this.#begin(startAt + schedule.timeOf(given));
      if (given < schedule.count) setImmediate(turn);
    };
    turn();
  }

  #begin(intended: number): void {
    const slot = this.#free.pop();
    if (slot === undefined) {
      this.#waiting.push(intended);
      return;
    }
    const now = this.#means.clock.now();
    this.unsent -= 1;
    if (this.#isMeasured) this.sendLag.record(ticksBetween(ticksOf(intended), ticksOf(now)));
    this.#goOn(slot, intended, now);
  }

  async #goOn(slot: number, intended: number, now: number): Promise<void> {
    if (!(await this.#run(slot, intended, now))) return;
    const next = this.#isRunning ? this.#waiting.shift() : undefined;
    if (next === undefined) {
      this.#free.push(slot);
      return;
    }
    this.heldBack += 1;
    this.unsent -= 1;
    this.#goOn(slot, next, this.#means.clock.now());
  }

  /** False: it failed, and the measurement is over. */
  async #run(slot: number, intended: number, now: number): Promise<boolean> {
    const isMeasured = this.#isMeasured;
    this.#running += 1;
    try {
      const done = ticksOf(await this.#operate(slot));
      this.#completed += 1;
      if (isMeasured) {
        this.meter.latency.record(ticksBetween(ticksOf(intended), done));
        this.meter.serviceLatency.record(ticksBetween(ticksOf(now), done));
      }
      return true;
    } catch (error) {
      if (this.#isRunning) this.#halt.abort(error);
      return false;
    } finally {
      this.#running -= 1;
    }
  }
}
