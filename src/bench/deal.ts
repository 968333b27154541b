import type { Topology } from "./scenario.ts";

/** Which worker has which client, by the places in the topology. */
export interface Deal {
  readonly publishers: readonly number[];
  readonly subscribers: readonly number[];
  readonly responders: readonly number[];
}

/**
 * Deals the clients of a topology to `size` workers: publishers in turn; the only receiver of a stream stays with its
 * publisher, so that nothing has to be told from worker to worker; the others go where least is to be done. Members of a
 * shared subscription stay together, because what one of them gets is what the others do not.
 */
export function deal({ publishers, subscribers, responders = [] }: Topology, size: number): Deal {
  const owners = publishers.map((_, index) => index % size);
  const load = Array.from({ length: size }, (_, worker) => owners.filter((owner) => owner === worker).length);
  const receivers = new Map<number, number>();
  for (const { streams } of subscribers) {
    for (const stream of streams) receivers.set(stream, (receivers.get(stream) ?? 0) + 1);
  }
  const groups = new Map<string, number>();
  const dealt = subscribers.map(({ streams, group, publisher }) => {
    const known = publisher === undefined ? group !== undefined && groups.get(group) : owners[publisher];
    if (typeof known === "number") return known;
    const [only] = streams;
    const isOnly = streams.length === 1 && only !== undefined && receivers.get(only) === 1;
    const worker = isOnly ? (owners[only] as number) : load.indexOf(Math.min(...load));
    if (!isOnly) load[worker] = (load[worker] as number) + Math.max(1, streams.length);
    if (group !== undefined) groups.set(group, worker);
    return worker;
  });
  return { publishers: owners, subscribers: dealt, responders: responders.map((_, index) => index % size) };
}
