import type { QoS } from "../codec/index.ts";
import type { Operation } from "./bench-result.ts";
import type { Bout } from "./bout.ts";
import type { Slots } from "./operations-run.ts";

/** How many of what a scenario has; what it does not use is 0. */
export interface Shape {
  readonly publishers: number;
  readonly subscribers: number;
  /** Connections that neither publish nor subscribe: those of `conn`, `churn`, storms. */
  readonly clients: number;
  /** Messages, where a scenario has a fixed amount of them. */
  readonly count: number;
}

interface ScenarioBase {
  readonly name: string;
  /** For help: "N publishers, one subscriber". */
  readonly summary: string;
  readonly operation: Operation;
  /** Where the user says nothing. */
  readonly defaults: Shape;
  /** The only levels that make sense here; absent: all do. */
  readonly qos?: readonly QoS[];
  /** What of the matrix has a meaning here; absent: both QoS and size. */
  readonly axes?: "none" | "qos";
}

/** Messages flow all the time, in a closed or an open loop. */
export interface FlowScenario extends ScenarioBase {
  readonly kind: "flow";
  /** What the user must not change: with `pair` there are as many subscribers as publishers. */
  readonly isPaired?: boolean;
  readonly topology: (shape: Shape, base: string) => Topology;
}

/** Something is done again and again by every client, in a closed or an open loop. */
export interface OperationScenario extends ScenarioBase {
  readonly kind: "operations";
  /** Connects what is needed and gives what the slot of a number does. */
  readonly open: (slots: Slots) => Promise<(slot: number) => Promise<number>>;
}

/** A fixed amount of work is done once, and timed. */
export interface BatchScenario extends ScenarioBase {
  readonly kind: "batch";
  readonly run: (bout: Bout) => Promise<void>;
}

export type Scenario = FlowScenario | OperationScenario | BatchScenario;

/** Who publishes where and who gets it. */
export interface Topology {
  /** The topic of each publisher; its messages are the stream of that number. */
  readonly publishers: readonly string[];
  readonly subscribers: readonly SubscriberPlan[];
  /** Clients that send each message on to another topic. */
  readonly responders?: readonly ResponderPlan[];
}

export interface SubscriberPlan {
  readonly filters: readonly string[];
  /** The streams that its filters match. */
  readonly streams: readonly number[];
  /** Subscribers with the same group share each message: one of them gets it. */
  readonly group?: string;
  /** The publisher that is the same client. */
  readonly publisher?: number;
}

export interface ResponderPlan {
  readonly filter: string;
  readonly answerTo: string;
}
