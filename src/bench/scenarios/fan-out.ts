import type { FlowScenario } from "../scenario.ts";

export const fanOut: FlowScenario = {
  kind: "flow",
  name: "fan-out",
  summary: "few publishers, many subscribers; each gets every message",
  operation: "message",
  defaults: { publishers: 1, subscribers: 100, clients: 0, count: 0 },
  topology: ({ publishers, subscribers }, base) => {
    const streams = Array.from({ length: publishers }, (_, index) => index);
    const topics = streams.map((index) => `${base}/${index}`);
    return {
      publishers: topics,
      subscribers: Array.from({ length: subscribers }, () => ({ filters: topics, streams })),
    };
  },
};
