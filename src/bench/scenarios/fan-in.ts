import type { FlowScenario } from "../scenario.ts";

export const fanIn: FlowScenario = {
  kind: "flow",
  name: "fan-in",
  summary: "many publishers, few subscribers; each gets the messages of its share of them",
  operation: "message",
  defaults: { publishers: 100, subscribers: 1, clients: 0, count: 0 },
  topology: ({ publishers, subscribers }, base) => {
    const indexes = Array.from({ length: publishers }, (_, index) => index);
    return {
      publishers: indexes.map((index) => `${base}/${index % subscribers}/${index}`),
      subscribers: Array.from({ length: subscribers }, (_, own) => ({
        filters: [`${base}/${own}/+`],
        streams: indexes.filter((index) => index % subscribers === own),
      })),
    };
  },
};
