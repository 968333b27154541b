import type { FlowScenario } from "../scenario.ts";

export const rr: FlowScenario = {
  kind: "flow",
  name: "rr",
  summary: "request and response: another client sends each message back, and the round trip counts",
  operation: "round trip",
  defaults: { publishers: 10, subscribers: 10, clients: 0, count: 0 },
  isPaired: true,
  topology: ({ publishers }, base) => {
    const indexes = Array.from({ length: publishers }, (_, index) => index);
    return {
      publishers: indexes.map((index) => `${base}/${index}/request`),
      subscribers: indexes.map((index) => ({ filters: [`${base}/${index}/response`], streams: [index] })),
      responders: indexes.map((index) => ({
        filter: `${base}/${index}/request`,
        answerTo: `${base}/${index}/response`,
      })),
    };
  },
};
