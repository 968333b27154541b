import type { FlowScenario } from "../scenario.ts";

/** Filters of each subscriber that match nothing: as many as a broker's tree has to pass by. */
const OTHERS = 100;
const LEVELS = ["site", "line", "cell", "machine", "unit", "sensor"];

export const wildcard: FlowScenario = {
  kind: "flow",
  name: "wildcard",
  summary: "deep topics, filters with + and #, and 100 filters more of each subscriber that do not match",
  operation: "message",
  defaults: { publishers: 10, subscribers: 10, clients: 0, count: 0 },
  isPaired: true,
  topology: ({ publishers }, base) => {
    const indexes = Array.from({ length: publishers }, (_, index) => index);
    return {
      publishers: indexes.map((index) => [base, index, ...LEVELS].join("/")),
      subscribers: indexes.map((index) => ({
        filters: [matching(base, index), ...others(base, index)],
        streams: [index],
      })),
    };
  },
};

/** By turns a filter with many +, one with #, and one with both. */
function matching(base: string, index: number): string {
  const forms = [
    [base, index, ...LEVELS.map((level, at) => (at % 2 === 0 ? "+" : level))],
    [base, index, "#"],
    [base, index, "+", "line", "+", "#"],
  ];
  return (forms[index % forms.length] as (string | number)[]).join("/");
}

/** They agree with the topic for some levels, so that the tree is walked, and differ in the last one. */
function others(base: string, index: number): readonly string[] {
  return Array.from({ length: OTHERS }, (_, other) => {
    const depth = 1 + (other % LEVELS.length);
    const levels = LEVELS.slice(0, depth).map((level, at) => ((other >> at) % 2 === 0 ? "+" : level));
    return [base, index, ...levels, `other${other}`, "#"].join("/");
  });
}
