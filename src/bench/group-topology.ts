import { UsageError } from "../errors.ts";
import { compileTemplate } from "../payload/index.ts";
import { matches, parseTopicFilter, type TopicFilter } from "../topic/index.ts";
import type { GroupPlan } from "./group-plan.ts";
import type { SubscriberPlan, Topology } from "./scenario.ts";

/** The clients of groups, and which group each belongs to. */
export interface GroupTopology extends Topology {
  /** By publisher and by subscriber: the place of its group. */
  readonly publisherGroups: readonly number[];
  readonly subscriberGroups: readonly number[];
  /** The same: its number within the group. */
  readonly publisherClients: readonly number[];
  readonly subscriberClients: readonly number[];
}

type NamedGroup = Pick<GroupPlan, "name" | "clients" | "topic" | "filters" | "share">;

/**
 * Who publishes where and who gets it, found out by matching topics and filters. Throws UsageError for topics and filters
 * that are none, and where it cannot be told what is to arrive.
 */
export function topologyOf(groups: readonly NamedGroup[]): GroupTopology {
  const publishers: string[] = [];
  const publisherGroups: number[] = [];
  const publisherClients: number[] = [];
  const publisherOf = new Map<string, number>();
  for (const [place, { name, clients, topic }] of groups.entries()) {
    if (topic === null) continue;
    const textOf = textsFrom(topic, `groups.${name}.topic`);
    for (let client = 0; client < clients; client++) {
      const text = textOf(client);
      if (text === "" || /[+#\0]/.test(text)) {
        throw new UsageError(`group ${name}: "${text}" is no topic that can be published to`);
      }
      publisherOf.set(`${place} ${client}`, publishers.length);
      publishers.push(text);
      publisherGroups.push(place);
      publisherClients.push(client);
    }
  }
  const streamsOf = streamsBy(publishers);
  const subscribers: SubscriberPlan[] = [];
  const subscriberGroups: number[] = [];
  const subscriberClients: number[] = [];
  for (const [place, group] of groups.entries()) {
    const templates = group.filters.map((filter) => textsFrom(filter, `groups.${group.name}.filters`));
    if (templates.length === 0) continue;
    let known: { readonly key: string; readonly streams: readonly number[] } | undefined;
    for (let client = 0; client < group.clients; client++) {
      const filters = templates.map((textOf) => textOf(client));
      const key = filters.join("\n");
      const streams = known?.key === key ? known.streams : matched(group, filters, streamsOf);
      known = { key, streams };
      const publisher = publisherOf.get(`${place} ${client}`);
      subscribers.push({
        filters: group.share === null ? filters : filters.map((filter) => `$share/${group.share}/${filter}`),
        streams,
        ...(group.share !== null && { group: `${group.share}\n${key}` }),
        ...(publisher !== undefined && { publisher }),
      });
      subscriberGroups.push(place);
      subscriberClients.push(client);
    }
  }
  checkShares(groups, subscribers);
  return { publishers, publisherGroups, publisherClients, subscribers, subscriberGroups, subscriberClients };
}

/** The streams that the filters of one client match. */
function matched(
  { name }: NamedGroup,
  filters: readonly string[],
  streamsOf: (filter: TopicFilter) => readonly number[],
): readonly number[] {
  const by = new Map<number, string>();
  for (const text of filters) {
    const filter = parseTopicFilter(text);
    if (filter === undefined || filter.shareName !== undefined) {
      const hint = filter === undefined ? undefined : "write share: NAME, and the filter without $share/NAME/";
      throw new UsageError(`group ${name}: "${text}" is no topic filter`, hint);
    }
    for (const stream of streamsOf(filter)) {
      const other = by.get(stream);
      if (other !== undefined) {
        throw new UsageError(
          `group ${name}: the filters ${other} and ${text} overlap`,
          "servers may deliver a message for each of them, so that nobody can tell what is to arrive",
        );
      }
      by.set(stream, text);
    }
  }
  return [...by.keys()].sort((one, other) => one - other);
}

/** Which streams a filter matches; each filter and each topic is looked at once. */
function streamsBy(publishers: readonly string[]): (filter: TopicFilter) => readonly number[] {
  const byTopic = new Map<string, number[]>();
  for (const [stream, topic] of publishers.entries()) {
    const streams = byTopic.get(topic);
    if (streams === undefined) byTopic.set(topic, [stream]);
    else streams.push(stream);
  }
  const known = new Map<string, readonly number[]>();
  return ({ filter, levels }) => {
    const isExact = !levels.includes("+") && !levels.includes("#");
    if (isExact) return byTopic.get(filter) ?? [];
    const found =
      known.get(filter) ??
      [...byTopic].flatMap(([topic, streams]) => (matches(levels, topic.split("/")) ? streams : []));
    known.set(filter, found);
    return found;
  };
}

/** Groups with one Share Name get messages together where a filter is the same; then all of them must be. */
function checkShares(groups: readonly NamedGroup[], subscribers: readonly SubscriberPlan[]): void {
  const lists = new Map<string, string>();
  for (const { filters, group } of subscribers) {
    if (group === undefined) continue;
    for (const filter of filters) {
      const other = lists.get(filter);
      if (other !== undefined && other !== group) {
        const names = groups.filter(({ share }) => share !== null && group.startsWith(`${share}\n`));
        throw new UsageError(
          `${names.map(({ name }) => name).join(" and ")} share ${filter}, but not all of their filters`,
          "give them the same filters, or Share Names of their own",
        );
      }
      lists.set(filter, group);
    }
  }
}

function textsFrom(source: string, name: string): (i: number) => string {
  const template = compileTemplate(source, { name });
  return (i) => template.text({ now: 0, seq: 1, i });
}

/** Which client of which group has that number (running-target.ts) in a measurement of these groups. */
export function groupClients(
  groups: readonly NamedGroup[],
): (number: number) => { readonly group: string; readonly client: number } | undefined {
  const { publisherGroups, publisherClients, subscriberGroups, subscriberClients } = topologyOf(groups);
  const places = [...publisherGroups, ...subscriberGroups];
  const clients = [...publisherClients, ...subscriberClients];
  return (number) => {
    const group = groups[places[number] ?? -1];
    return group && { group: group.name, client: clients[number] ?? 0 };
  };
}
