import type { ClientOptions } from "../client/index.ts";
import type { ProtocolVersion, QoS } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { MINIMUM_PAYLOAD_SIZE } from "./payload-stamp.ts";

export type Address = ClientOptions["address"];

/** How load is offered in one measurement. */
export type LoadPlan =
  /** As fast as messages arrive: a pair has at most `window` messages under way from publisher to subscriber. */
  | { readonly loop: "closed"; readonly window: number }
  /** On a fixed schedule of `rate` messages per second over all pairs, however the broker is doing. */
  | { readonly loop: "open"; readonly rate: number }
  /** The same, at a share of what the closed loop before it reached. */
  | { readonly loop: "open"; readonly shareOfCapacity: number };

export type TargetKind = "url" | "builtin" | "command";

/** A broker to be measured. */
export type TargetPlan = { readonly name: string } & (
  | { readonly kind: "url"; readonly address: Address }
  /** A broker of mqtk's own that is started for this run alone. */
  | { readonly kind: "builtin" }
  /** A program that is started for this run alone; as typed, `{port}` stands for its port. */
  | { readonly kind: "command"; readonly command: string }
);

/** One cell of the matrix scenario × QoS × size × version: its measurements, each with connections of its own. */
export interface CellPlan {
  /** "pair qos1 64B mqtt5" */
  readonly id: string;
  readonly scenario: string;
  readonly qos: QoS;
  /** Bytes. */
  readonly payloadSize: number;
  readonly protocolVersion: ProtocolVersion;
  readonly publishers: number;
  readonly subscribers: number;
  /** QoS 1 and 2: unacknowledged messages of a publisher, at most; less where the broker's Receive Maximum says so. */
  readonly maximumInFlight: number;
  readonly loads: readonly LoadPlan[];
}

/** How each client connects; the password and the keys of TLS are kept apart, so that a plan may be shown to anyone. */
export type ConnectionPlan = Omit<
  ClientOptions,
  "address" | "transport" | "protocolVersion" | "clientId" | "password" | "reconnect"
>;

/** Everything that is going to happen, as plain data: `--dry-run` prints it, results repeat it. */
export interface BenchPlan {
  readonly targets: readonly TargetPlan[];
  /** How often every target is measured in every cell; targets take turns: AB BA AB … */
  readonly rounds: number;
  readonly connection: ConnectionPlan;
  /** Publisher i publishes to `<topicPrefix>/<run>/<measurement>/<i>`. */
  readonly topicPrefix: string;
  /** Milliseconds before each measurement that are not measured, but checked. */
  readonly warmUp: number;
  /** Milliseconds that are measured, for each measurement. */
  readonly duration: number;
  /** Milliseconds without any arrival after which messages still missing count as lost. */
  readonly drainTimeout: number;
  readonly cells: readonly CellPlan[];
}

/** What a user decides; everything else follows. */
export interface BenchWish {
  readonly targets: readonly TargetPlan[];
  readonly rounds: number;
  readonly connection: ConnectionPlan;
  readonly versions: readonly ProtocolVersion[];
  readonly qos: readonly QoS[];
  readonly payloadSizes: readonly number[];
  readonly pairs: number;
  readonly warmUp: number;
  readonly duration: number;
  /** "default": capacity, then latency at half of it. */
  readonly load: "default" | "max" | { readonly rate: number };
  readonly window: number | undefined;
  readonly maximumInFlight: number | undefined;
}

/** Open-loop latency is measured where a broker has room to breathe, not at the edge of its queues. */
const SHARE_OF_CAPACITY = 0.5;
/**
 * Messages under way in each pair: enough to keep a broker busy over a network, and fewer than the 1000 that mosquitto
 * queues for a client by default.
 */
const WINDOW: Readonly<Record<QoS, number>> = { 0: 500, 1: 100, 2: 100 };
/** With many pairs each has less under way: ten full windows in all, so that the load stays one of many small writes. */
const FULL_WINDOWS = 10;
const SMALLEST_WINDOW = 2;
/** As many as there are packet identifiers. */
const ANY_NUMBER = 65_535;
/**
 * Brokers limit QoS 2, and before MQTT 5 they had no way to say so: with its default limit of 20, mosquitto 2.0 drops
 * what is beyond, or the connection. Its own clients and Paho's keep to 20, too.
 */
const UNTOLD_LIMIT = 20;
const DRAIN_TIMEOUT = 3000;
const TOPIC_PREFIX = "mqtk/bench";

/** Completes a wish. Throws UsageError where it cannot be measured. */
export function planBench(wish: BenchWish): BenchPlan {
  const tooSmall = wish.payloadSizes.find((size) => size < MINIMUM_PAYLOAD_SIZE);
  if (tooSmall !== undefined) {
    throw new UsageError(
      `a payload of ${tooSmall} bytes has no room for the sequence number, the times and the check of each message`,
      `use at least ${MINIMUM_PAYLOAD_SIZE} bytes`,
    );
  }
  const cells = wish.versions.flatMap((version) =>
    wish.qos.flatMap((qos) => wish.payloadSizes.map((payloadSize) => cellFor(wish, version, qos, payloadSize))),
  );
  const { targets, rounds, connection, warmUp, duration } = wish;
  const fixed = { topicPrefix: TOPIC_PREFIX, drainTimeout: DRAIN_TIMEOUT };
  return { targets, rounds, connection, ...fixed, warmUp, duration, cells };
}

/** How many measurements a plan has. */
export function measurementsOf({ cells, rounds, targets }: BenchPlan): number {
  return cells.reduce((sum, cell) => sum + cell.loads.length, 0) * rounds * targets.length;
}

function cellFor(wish: BenchWish, protocolVersion: ProtocolVersion, qos: QoS, payloadSize: number): CellPlan {
  const scenario = "pair";
  return {
    ...{ id: cellId(scenario, qos, payloadSize, protocolVersion), scenario, qos, payloadSize, protocolVersion },
    ...{ publishers: wish.pairs, subscribers: wish.pairs },
    maximumInFlight: wish.maximumInFlight ?? (qos === 2 && protocolVersion < 5 ? UNTOLD_LIMIT : ANY_NUMBER),
    loads: loadsFor(wish, qos),
  };
}

function cellId(scenario: string, qos: QoS, payloadSize: number, version: ProtocolVersion): string {
  return `${scenario} qos${qos} ${payloadSize}B mqtt${["3.1", "3.1.1", "5"][version - 3]}`;
}

function loadsFor({ load, window, pairs }: BenchWish, qos: QoS): readonly LoadPlan[] {
  if (typeof load === "object") return [{ loop: "open", rate: load.rate }];
  const share = Math.floor((FULL_WINDOWS * WINDOW[qos]) / Math.max(pairs, FULL_WINDOWS));
  const capacity: LoadPlan = { loop: "closed", window: window ?? Math.max(SMALLEST_WINDOW, share) };
  return load === "max" ? [capacity] : [capacity, { loop: "open", shareOfCapacity: SHARE_OF_CAPACITY }];
}
