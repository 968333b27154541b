import type { ClientOptions } from "../client/index.ts";
import type { ProtocolVersion, QoS } from "../codec/index.ts";
import type { Arrival } from "./bench-plan.ts";
import type { Stage } from "./stages.ts";

/** Clients of a scenario file that do the same; complete and plain, as all of a plan. */
export interface GroupPlan {
  readonly name: string;
  readonly role: "publish" | "subscribe" | "both";
  readonly clients: number;
  /** Template of the topic that each client publishes to; null: it publishes nothing. */
  readonly topic: string | null;
  /** Templates of what each client subscribes to. */
  readonly filters: readonly string[];
  /** The Share Name with which they subscribe; null: each gets everything. */
  readonly share: string | null;
  /** Of what they publish. */
  readonly qos: QoS;
  /** The most that they subscribe with. */
  readonly subscribeQos: QoS;
  /** Bytes; of a template those of the first message. */
  readonly payloadSize: number;
  /** Template in place of the usual payloads. */
  readonly payload: string | null;
  readonly retain: boolean;
  readonly protocolVersion: ProtocolVersion;
  readonly maximumInFlight: number;
  readonly connection: Partial<Pick<ClientOptions, "cleanStart" | "keepAlive" | "userName" | "properties">>;
  /** Template of the client ids; null: made up. */
  readonly id: string | null;
  /** When they publish; null: they publish nothing. */
  readonly pace: Pace | null;
}

export type Pace =
  /** On a schedule over all clients of the group; a stage for each of the scenario's. */
  | { readonly loop: "open"; readonly arrival: Arrival; readonly stages: readonly Stage[] }
  /** Each client has so many messages under way. */
  | { readonly loop: "closed"; readonly window: number }
  /** Each client waits for its message to get through, and then so long, at random, in milliseconds. */
  | { readonly loop: "thinking"; readonly from: number; readonly to: number };

/** A part of a scenario's time, with results of its own. */
export interface StagePlan {
  /** Empty: nobody asked for it, and it has no results of its own. */
  readonly name: string;
  /** Milliseconds. */
  readonly duration: number;
  /** False: its messages are checked, and their times are not counted. */
  readonly measured: boolean;
}
