import type { Scenario } from "../scenario.ts";
import { backlog } from "./backlog.ts";
import { churn } from "./churn.ts";
import { conn } from "./conn.ts";
import { fanIn } from "./fan-in.ts";
import { fanOut } from "./fan-out.ts";
import { pair } from "./pair.ts";
import { publish } from "./publish.ts";
import { reconnectStorm } from "./reconnect-storm.ts";
import { retained } from "./retained.ts";
import { rr } from "./rr.ts";
import { shared } from "./shared.ts";
import { subscribe } from "./subscribe.ts";
import { wildcard } from "./wildcard.ts";
import { willStorm } from "./will-storm.ts";

/** All of them, in the order of help. */
export const scenarios: readonly Scenario[] = [
  ...[pair, fanIn, fanOut, shared, wildcard, rr, publish, subscribe],
  ...[conn, churn, reconnectStorm, willStorm, retained, backlog],
];

/** The scenario of that name; there is one, or the plan is wrong. */
export function scenarioOf(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  return scenario;
}
