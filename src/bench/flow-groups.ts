import type { ClientOptions } from "../client/index.ts";
import type { QoS } from "../codec/index.ts";
import { compileTemplate } from "../payload/index.ts";
import type { GroupPlan } from "./group-plan.ts";
import { type GroupTopology, topologyOf } from "./group-topology.ts";
import { baseTopic, type Order, stampsOf } from "./order.ts";
import { withOwnTopics } from "./own-topics.ts";
import { PayloadStamps, type Stamps } from "./payload-stamp.ts";
import type { FlowScenario } from "./scenario.ts";
import { TemplateStamps } from "./template-stamps.ts";

/** What the clients of a group have in common while they run; without groups there is one of all clients. */
export interface FlowGroup {
  readonly qos: QoS;
  readonly subscribeQos: QoS;
  readonly retain: boolean;
  readonly stamps: Stamps;
  /** The server keeps their sessions, which must be cleaned up. */
  readonly isPersistent: boolean;
  /** Of client `i` of the group, where they differ from the cell's. */
  readonly optionsOf: (i: number) => Partial<ClientOptions>;
}

export function flowGroupsOf(order: Order): readonly FlowGroup[] {
  const { cell } = order;
  if (cell.groups === undefined) {
    const stamps = stampsOf(order) ?? new PayloadStamps(cell.payloadSize);
    return [
      { qos: cell.qos, subscribeQos: cell.qos, retain: false, stamps, isPersistent: false, optionsOf: () => ({}) },
    ];
  }
  const fixed = new Map<number, Stamps>();
  return cell.groups.map(({ qos, subscribeQos, retain, payload, payloadSize, connection, ...group }) => {
    const stamps =
      payload === null ? (fixed.get(payloadSize) ?? new PayloadStamps(payloadSize)) : new TemplateStamps(payload);
    if (payload === null) fixed.set(payloadSize, stamps);
    return {
      qos,
      subscribeQos,
      retain,
      stamps,
      isPersistent: connection.cleanStart === false,
      optionsOf: optionsBy(group, connection),
    };
  });
}

function optionsBy(
  { id, protocolVersion, maximumInFlight }: Pick<GroupPlan, "id" | "protocolVersion" | "maximumInFlight">,
  connection: GroupPlan["connection"],
): FlowGroup["optionsOf"] {
  const template = id === null ? undefined : compileTemplate(id, { name: "id" });
  return (i) => ({
    ...{ protocolVersion, maximumInFlight, ...connection },
    ...(template && { clientId: template.text({ now: 0, seq: i + 1, i }) }),
  });
}

/** Who publishes where and who gets it: in groups, or as the scenario has it, with the user's topics where there are any. */
export function topologyFor(scenario: FlowScenario, order: Order): GroupTopology {
  const { cell, plan } = order;
  if (cell.groups !== undefined) return topologyOf(cell.groups);
  const usual = scenario.topology(cell, baseTopic(order));
  const topology = plan.topic === null ? usual : withOwnTopics(usual, plan.topic);
  return {
    ...topology,
    publisherGroups: topology.publishers.map(() => 0),
    publisherClients: topology.publishers.map((_, index) => index),
    subscriberGroups: topology.subscribers.map(() => 0),
    subscriberClients: topology.subscribers.map((_, index) => index),
  };
}
