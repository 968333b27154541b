import type { ProtocolVersion, QoS } from "../codec/index.ts";
import type { ErrorCode } from "../errors.ts";
import type { Address, BenchPlan, TargetKind } from "./bench-plan.ts";
import type { Environment } from "./environment.ts";
import type { LatencySummary } from "./latency-recorder.ts";

/** Grows a number when a field changes its meaning or goes; new fields may come at any time. */
export const RESULT_SCHEMA = "mqtk-bench/2";

/**
 * Everything that was found out: the only source of all reports, thresholds and comparisons.
 * Latencies are in µs, other times in seconds (dates in ISO 8601), rates per second, sizes in bytes.
 */
export interface BenchResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly startedAt: string;
  readonly seconds: number;
  /** Part of the topics and client ids of this run: six hexadecimal digits. */
  readonly run: string;
  /** aborted: ended by `--abort-on-fail`, because it had failed already. */
  readonly status: "complete" | "interrupted" | "failed" | "aborted";
  /** Why it ended early. What was measured until then is in the cells. */
  readonly error: BenchFailure | null;
  readonly environment: Environment;
  readonly plan: BenchPlan;
  /** In the order in which they were given; the first is what the others are compared with. */
  readonly targets: readonly TargetResult[];
  /** In the order of the plan; cells that were not reached are absent. */
  readonly cells: readonly CellResult[];
}

/** A broker that was measured. */
export interface TargetResult {
  /** Unique in a result. May be anything that a user typed: escape it where you write it. */
  readonly name: string;
  readonly kind: TargetKind;
  /** Null: it never got ready. */
  readonly address: Address | null;
  /** What was started, as typed; null where nothing was. */
  readonly command: string | null;
  /** As the broker calls itself in `$SYS/broker/version`: "mosquitto version 2.0.11". Null: it does not say. */
  readonly software: string | null;
}

/** What was measured in one place of the matrix scenario × QoS × payload size × version. */
export interface CellResult {
  /** "pair qos1 64B mqtt5": unique in a result, and the same in every result that measures the same. */
  readonly id: string;
  readonly scenario: string;
  readonly qos: QoS;
  readonly payloadSize: number;
  readonly protocolVersion: ProtocolVersion;
  readonly publishers: number;
  readonly subscribers: number;
  /** Connections of scenarios that are about connections; 0 in others. */
  readonly clients: number;
  /** Messages, where a fixed amount of them was asked for; 0: as many as go in the time. */
  readonly count: number;
  /** In the order in which they were taken. One per target, round and loop. */
  readonly samples: readonly Sample[];
  /** Of `--find-max`: one per target. Empty otherwise. */
  readonly searches: readonly CapacitySearch[];
}

/** How the load of a sample was made. */
export type Loop =
  /** A window of operations is always under way: what can get through. Its latencies are mostly the wait in the window. */
  | "closed"
  /** On a schedule, whatever the broker does: how long operations take. */
  | "open"
  /** A fixed amount of work, once: how long all of it takes (storms, retained messages, a backlog). */
  | "batch";

/** What is counted as one: rates and latencies of a sample are about these. */
export type Operation = "message" | "round trip" | "connection" | "subscription" | "will";

/** One measurement of one target: the unit of comparison. */
export interface Sample {
  /** The target's name. */
  readonly target: string;
  /** Counted from 1. Samples of one round were taken right after each other: compare these. */
  readonly round: number;
  readonly loop: Loop;
  readonly operation: Operation;
  /** Seconds from the start of the run to the start of what was measured. */
  readonly startedAfter: number;
  /** Seconds that were measured. */
  readonly seconds: number;
  /** False: ended before its time, by the user or an error. */
  readonly complete: boolean;
  /** Open loop: operations per second that were offered; with stages, of the whole schedule. Null otherwise. */
  readonly offeredRate: number | null;
  /** Closed loop: operations under way of each stream. Null otherwise. */
  readonly window: number | null;
  readonly throughput: Throughput;
  /** Open loop: from when each was due. Otherwise from when it was begun. Null: the scenario has none. */
  readonly latency: LatencySummary | null;
  /** Open loop: from when each was really begun, which hides what waited before. Null otherwise. */
  readonly serviceLatency: LatencySummary | null;
  /** Open loop: from when each was due to when it was begun, where the broker did not hold it back. Null otherwise. */
  readonly sendLag: LatencySummary | null;
  /** From the lookup of the address to CONNACK, of every connection of this sample. */
  readonly connect: LatencySummary;
  readonly counts: MessageCounts;
  /** Operations that were late because flow control (Receive Maximum, a full network) held them back. */
  readonly heldBack: number;
  /** Operations of the schedule that could not be begun in time. */
  readonly unsent: number;
  /** The broker's process, where it is known (`builtin`, `cmd:` or `--sample-pid`). */
  readonly broker: BrokerFigures | null;
  /** What the broker itself said in `$SYS` at the end, by topic below `$SYS/broker/`; null: nothing. */
  readonly sys: Readonly<Record<string, number>> | null;
  readonly generator: GeneratorFigures;
  /** The machine meanwhile; null where it does not say (no /proc). */
  readonly machine: MachineFigures | null;
  /** A line per second of what was measured; the last may stand for less. */
  readonly timeline: readonly Second[];
  readonly flags: readonly Flag[];
  /** What only this scenario has to tell: "drain rate", "reconnected". */
  readonly figures: readonly Figure[];
  /** Of a scenario file: the same by group and by stage. Absent otherwise. */
  readonly slices?: readonly Slice[];
}

/** A part of a sample: what a group sent or received, in all or in one stage; or what all did in one stage. */
export interface Slice {
  /** Null: all groups. */
  readonly group: string | null;
  /** Whether this is about what the group published, or about what came to it; both where all groups are meant. */
  readonly direction: "sent" | "received" | "both";
  /** Null: all the time. */
  readonly stage: string | null;
  readonly clients: number;
  /** With which it publishes, or subscribes; null: all groups. */
  readonly qos: QoS | null;
  /** Of what is sent; null where it may differ. */
  readonly payloadSize: number | null;
  /** closed: a window full of messages was always under way. open: on a schedule, or as clients thought. */
  readonly loop: "closed" | "open";
  readonly seconds: number;
  /** Messages per second that a schedule offered, on average; null where there is none. */
  readonly offeredRate: number | null;
  /** Messages per second that were sent, and that arrived. */
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
  /** As in a sample; of acknowledgements where nobody subscribes. */
  readonly latency: LatencySummary | null;
  readonly serviceLatency: LatencySummary | null;
  readonly sendLag: LatencySummary | null;
  /** Of a stage: of messages that were due in it. What came corrupted says no time, and is among the lost there. */
  readonly counts: MessageCounts;
}

export interface Throughput {
  /** Operations completed per second. For messages: arrivals, each subscriber's counted. */
  readonly perSecond: number;
  readonly payloadBytesPerSecond: number;
}

/** What happened to the messages, warm-up included. */
export interface MessageCounts {
  readonly sent: number;
  /** Arrivals that were to come of what was sent: with 100 subscribers 100 of each. */
  readonly expected: number;
  /** Arrivals of any kind. */
  readonly received: number;
  /** Expected, and not arrived when nothing came any more. 0 where the measurement ended early: nobody waited. */
  readonly lost: number;
  /** Arrivals of what had arrived before: an error for QoS 0 and 2, allowed for QoS 1. */
  readonly duplicated: number;
  /** Those of the duplicated that came with QoS 1, where a cell has several QoS. Absent: all or none of them. */
  readonly redelivered?: number;
  /** Arrived after a message that was sent later. */
  readonly reordered: number;
  /** Arrived, but not as sent to this topic. */
  readonly corrupted: number;
  /** QoS 1 and 2: sent, and not acknowledged when nothing came any more. */
  readonly unacknowledged: number;
}

export type Flag =
  /** The generator was the limit: the broker can do more (closed loop), or latencies are partly its own (open loop). */
  | "generator-limited"
  /** Something else used the machine: stolen CPU, swapping, other load. */
  | "noisy"
  /** Many messages waited for flow control (Receive Maximum, a full network) before they could be sent. */
  | "held-back"
  /** The broker could not take the offered rate: latencies are lower bounds. */
  | "overloaded";

/** The broker's process (with its children) while it was measured. */
export interface BrokerFigures {
  readonly cpuSeconds: number;
  /** CPU time in µs for each operation that was completed; null: none was. */
  readonly cpuPerOperation: number | null;
  /** The largest resident size that was seen. */
  readonly rssBytes: number;
  /** The most open file descriptors that were seen; null where they cannot be counted. */
  readonly descriptors: number | null;
}

/** How the generator itself was doing. */
export interface GeneratorFigures {
  readonly cpuSeconds: number;
  /** CPU seconds per second, over all workers. */
  readonly cpu: number;
  /** Share of the time in which its busiest event loop had work; near 1 always in an open loop, where it spins. */
  readonly eventLoop: number;
  /** The longest that an event loop stood still, in µs. */
  readonly longestStall: number;
  readonly rssBytes: number;
  readonly workers: number;
}

/** Shares of all cores' time, and what happened to memory. */
export interface MachineFigures {
  /** Taken by the hypervisor for others. */
  readonly steal: number;
  /** Used by processes that are neither broker nor generator; null where the broker's process is not known. */
  readonly otherLoad: number | null;
  /** Pages swapped in or out. */
  readonly swappedPages: number;
}

/** One second of a measurement. */
export interface Second {
  /** Seconds since the start of what was measured: 1, 2, 3, … */
  readonly at: number;
  /** Operations completed per second. */
  readonly rate: number;
  /** µs; null where nothing was completed or the scenario has no latency. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** One number of a scenario. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "µs" | "/s" | "bytes" | "count";
  readonly better: "higher" | "lower";
}

/** A search for the highest rate at which the objectives hold. */
export interface CapacitySearch {
  readonly target: string;
  /** As typed: "p99<50ms,loss=0". */
  readonly slo: string;
  readonly steps: readonly SearchStep[];
  /** The highest rate that was confirmed; null: none was. */
  readonly maximum: number | null;
  /** False: ended early, or the generator was the limit and the broker can do more. */
  readonly complete: boolean;
}

export interface SearchStep {
  readonly phase: "step" | "bisect" | "confirm";
  readonly rate: number;
  readonly met: boolean;
  /** What was not met, in words: "p99 61 ms". Empty if all was. */
  readonly reasons: readonly string[];
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
}

/** Why a run ended early. */
export interface BenchFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  /** Where the broker gave one. */
  readonly reasonCode: number | null;
}

/** Arrivals and losses that QoS does not allow, in words: "3 lost", "1 duplicated". Empty: all is well. */
export function deliveryFailures(qos: QoS, counts: MessageCounts): readonly string[] {
  const failures: [number, string][] = [
    [counts.lost, "lost"],
    [counts.duplicated - (counts.redelivered ?? (qos === 1 ? counts.duplicated : 0)), "duplicated"],
    [counts.reordered, "reordered"],
    [counts.corrupted, "corrupted"],
  ];
  return failures.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}
