import type { Clock } from "../clock.ts";
import type { Sweeper } from "../connection/index.ts";
import type { Auth } from "./auth/auth.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { BrokerEvents } from "./events.ts";
import type { BrokerOptions } from "./options.ts";
import type { OutgoingPublish } from "./routing/outgoing-publish.ts";
import type { RetainedMessages } from "./routing/retained-messages.ts";
import type { RouteCache } from "./routing/route-cache.ts";
import type { Router } from "./routing/router.ts";
import type { Subscriptions } from "./routing/subscriptions.ts";
import type { MemoryBudget } from "./sessions/memory-budget.ts";
import type { SessionRegistry } from "./sessions/session-registry.ts";
import type { Drops } from "./status/drops.ts";
import type { FailedConnects } from "./status/failed-connects.ts";
import type { Overload } from "./status/overload.ts";
import type { Strikes } from "./status/strikes.ts";
import type { TurnBudget } from "./turn-budget.ts";

/** What the parts of one broker share. */
export interface Core {
  readonly options: BrokerOptions;
  readonly events: BrokerEvents;
  readonly clock: Clock;
  readonly sweeper: Sweeper;
  readonly budget: TurnBudget;
  readonly auth: Auth;
  readonly subscriptions: Subscriptions;
  readonly routes: RouteCache;
  readonly retained: RetainedMessages;
  readonly outgoing: OutgoingPublish;
  readonly router: Router;
  readonly sessions: SessionRegistry;
  readonly drops: Drops;
  readonly memory: MemoryBudget;
  readonly failedConnects: FailedConnects;
  /** Connections by client, where their number is limited. */
  readonly reconnects: Strikes | undefined;
  readonly overload: Overload;
  /** A network connection is gone. */
  gone(client: ClientConnection): void;
}
