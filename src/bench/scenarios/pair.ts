import type { FlowScenario } from "../scenario.ts";

export const pair: FlowScenario = {
  kind: "flow",
  name: "pair",
  summary: "each publisher has a topic and a subscriber of its own",
  operation: "message",
  defaults: { publishers: 10, subscribers: 10, clients: 0, count: 0 },
  isPaired: true,
  topology: ({ publishers }, base) => {
    const indexes = Array.from({ length: publishers }, (_, index) => index);
    return {
      publishers: indexes.map((index) => `${base}/${index}`),
      subscribers: indexes.map((index) => ({ filters: [`${base}/${index}`], streams: [index] })),
    };
  },
};
