import type { ClientOptions } from "../client/index.ts";
import type { Address } from "./bench-plan.ts";

/** A target of the plan that is ready to be measured. */
export interface RunningTarget {
  /** As in the plan. */
  readonly name: string;
  readonly address: Address;
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  /** TLS, WebSocket, proxy. */
  readonly transport?: ClientOptions["transport"];
  /** What client `number` (publishers first, then subscribers, responders, others) has of its own. */
  readonly identityOf?: (
    number: number,
  ) => Promise<Partial<Pick<ClientOptions, "clientId" | "userName" | "password" | "transport">>>;
  /** As the broker calls itself; null or absent: it does not say. */
  readonly software?: string | null;
  /** The latest numbers that the broker tells of itself; null: it tells none. */
  readonly readSys?: () => Readonly<Record<string, number>> | null;
  /** What the broker's process has used until now; absent where nobody knows its process. */
  readonly readProcess?: () => ProcessReading | undefined;
}

/** A process and its children, at a moment. */
export interface ProcessReading {
  /** Since it was started. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly descriptors: number | null;
}
