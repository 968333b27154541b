import type { FlowScenario } from "../scenario.ts";

export const publish: FlowScenario = {
  kind: "flow",
  name: "publish",
  summary: "publishers alone: QoS 1 and 2 until the acknowledgement, QoS 0 until the network has it",
  operation: "message",
  defaults: { publishers: 10, subscribers: 0, clients: 0, count: 0 },
  topology: ({ publishers }, base) => ({
    publishers: Array.from({ length: publishers }, (_, index) => `${base}/${index}`),
    subscribers: [],
  }),
};
