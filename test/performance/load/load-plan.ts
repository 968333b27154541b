import type { ProtocolVersion, QoS } from "../../../src/codec/index.ts";

/**
 * Who publishes to whom:
 * - pairs: each publisher has a topic and a subscriber of its own
 * - fan-out: one publisher, all subscribers have its topic
 * - fan-in: one subscriber has the topics of all publishers
 * - wildcards: 10,000 filters with wildcards, of which each message matches one
 */
export type Shape = "pairs" | "fan-out" | "fan-in" | "wildcards";

/**
 * What MQTT 5 adds to each message: a topic alias from the publisher and one to the subscriber, a Message Expiry
 * Interval, two User Properties, or the identifier of the subscription.
 */
export type Extra = "alias" | "expiry" | "user" | "identifier";

/** One load on a broker, complete. */
export interface LoadPlan {
  readonly shape: Shape;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: QoS;
  readonly publisherVersion: ProtocolVersion;
  readonly subscriberVersion: ProtocolVersion;
  readonly extra: Extra | undefined;
  /** Messages of one publisher that may be published and not yet received by everybody. */
  readonly outstanding: number;
  /** Messages of one publisher that may be unacknowledged, above QoS 0. */
  readonly window: number;
  /** Bytes of a payload; at least 16, for the stamp. */
  readonly size: number;
  /** Messages per second of all publishers together, at even intervals; undefined: as fast as the windows allow. */
  readonly rate: number | undefined;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** Every message arrived at everybody who should have it, once, in order. */
  readonly isComplete: boolean;
  readonly sent: number;
  readonly received: number;
  readonly expected: number;
  readonly disordered: number;
  /** Messages that subscribers got per second. */
  readonly perSecond: number;
  /** What the broker needed for a million of them, in seconds of its CPU; undefined where the system does not tell. */
  readonly cpuPerMillion: number | undefined;
  /** How busy broker and generator were, of one CPU. */
  readonly brokerLoad: number | undefined;
  readonly generatorLoad: number;
  /** Microseconds from the intended time of sending, at a fixed rate. */
  readonly median: number | undefined;
  readonly p99: number | undefined;
}

export const FILTERS = 10_000;

/** The topic of a publisher's message; only those of wildcards differ from message to message. */
export function topicOf(shape: Shape, publisher: number, device = 0): string {
  switch (shape) {
    case "pairs":
      return `bench/p/${digits(publisher)}`;
    case "fan-out":
      return "bench/fan/00000";
    case "fan-in":
      return `bench/in/${digits(publisher)}`;
    case "wildcards":
      return `a/b/d${digits(device)}/x`;
  }
}

export function filtersOf(plan: LoadPlan, subscriber: number): string[] {
  switch (plan.shape) {
    case "pairs":
    case "fan-out":
      return [topicOf(plan.shape, subscriber)];
    case "fan-in":
      return ["bench/in/+"];
    case "wildcards": {
      const share = FILTERS / plan.subscribers;
      const devices = Array.from({ length: share }, (_, index) => subscriber * share + index);
      return devices.map((device) => (device % 2 === 1 ? `+/b/d${digits(device)}/+` : `a/+/d${digits(device)}/#`));
    }
  }
}

function digits(number: number): string {
  return `${number}`.padStart(5, "0");
}
