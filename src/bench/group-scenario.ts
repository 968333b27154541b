import type { GroupPlan } from "./group-plan.ts";
import type { FlowScenario } from "./scenario.ts";
import { rateOf } from "./stages.ts";

/** What a scenario file makes: its groups say everything else. */
export const groupScenario: FlowScenario = {
  kind: "flow",
  name: "groups",
  summary: "groups of clients from a file",
  operation: "message",
  defaults: { publishers: 0, subscribers: 0, clients: 0, count: 0 },
  topology: () => ({ publishers: [], subscribers: [] }),
};

/** Messages per second that the schedules of all groups ask for, on average. */
export function offeredBy(groups: readonly Pick<GroupPlan, "pace">[]): number {
  return groups.reduce((sum, { pace }) => (pace?.loop === "open" ? sum + rateOf(pace.stages) : sum), 0);
}

/** How the samples of groups are called: closed where all of them always have a window under way. */
export function loopOf(groups: readonly Pick<GroupPlan, "pace">[]): "open" | "closed" {
  return groups.every(({ pace }) => pace === null || pace.loop === "closed") ? "closed" : "open";
}
