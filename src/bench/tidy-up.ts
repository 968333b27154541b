import type { ClientPlan, ClientPool } from "./client-pool.ts";
import type { FlowGroup } from "./flow-groups.ts";
import type { GroupTopology } from "./group-topology.ts";
import type { Stream } from "./stream.ts";
import type { Subscriber } from "./subscriber.ts";
import { within } from "./within.ts";

/** How long it may take, in milliseconds. */
const LONGEST = 5000;
const NEVER = new AbortController().signal;

/** What has been at work, and may have left something at the server. */
export interface Workings {
  readonly topology: GroupTopology;
  readonly groups: readonly FlowGroup[];
  readonly streams: readonly Stream[];
  /** By place; those of other workers are absent. */
  readonly subscribers: readonly (Subscriber | undefined)[];
  readonly pool: ClientPool;
  /** A topic that nobody else uses: the answer about it comes behind what was published before. */
  readonly barrier: string;
  readonly worker: number;
}

/** Leaves neither retained messages nor sessions behind, as far as the server lets it. Ends all clients that have something to tidy up. */
export async function tidyUp(workings: Workings): Promise<void> {
  const { topology, groups, streams, subscribers, pool } = workings;
  const groupOf = (stream: Stream) => groups[topology.publisherGroups[stream.index] as number] as FlowGroup;
  const retained = streams.filter((stream) => groupOf(stream).retain && stream.sent > 0);
  const hasSessions = groups.some(({ isPersistent }) => isPersistent);
  if (retained.length === 0 && !hasSessions) return;
  await within(
    LONGEST,
    (async () => {
      const clients = [...subscribers.map((one) => one?.client), ...streams.map(({ publisher }) => publisher)];
      // Nothing that comes from now on is part of the measurement.
      await Promise.all([...new Set(clients)].map((client) => client && pool.end(client)));
      if (retained.length > 0) await forget(new Set(retained.map(({ topic }) => topic)), workings);
      if (hasSessions) await pool.open(sessionsOf(workings), NEVER);
    })().catch(() => {}),
  );
}

/** An empty retained message takes the place of what was retained. */
async function forget(topics: ReadonlySet<string>, { pool, barrier, worker }: Workings): Promise<void> {
  let hasRoom: () => void = () => {};
  const client = await pool.connect({ role: `c${worker}`, handlers: { onReady: () => hasRoom() } });
  for (const topic of topics) {
    while (!client.tryPublish({ topic, payload: new Uint8Array(0), qos: 0, retain: true })) {
      await new Promise<void>((resolve) => {
        hasRoom = resolve;
      });
    }
  }
  await client.unsubscribe([barrier]);
}

/** Every client of the groups whose sessions the server keeps, once more: a clean start without expiry ends them. */
function sessionsOf({ topology, groups, streams, subscribers }: Workings): readonly ClientPlan[] {
  const { publisherGroups, publisherClients, subscriberGroups, subscriberClients } = topology;
  const ending = (role: string, group: number, client: number): ClientPlan[] => {
    const { isPersistent, optionsOf } = groups[group] as FlowGroup;
    return isPersistent ? [{ role, options: { ...optionsOf(client), cleanStart: true, properties: {} } }] : [];
  };
  const both = new Set(topology.subscribers.map(({ publisher }) => publisher));
  return [
    ...subscribers.flatMap((subscriber, place) =>
      subscriber === undefined
        ? []
        : ending(`s${place}`, subscriberGroups[place] as number, subscriberClients[place] as number),
    ),
    ...streams.flatMap(({ index }) =>
      both.has(index) ? [] : ending(`p${index}`, publisherGroups[index] as number, publisherClients[index] as number),
    ),
  ];
}
