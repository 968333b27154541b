import type { FlowScenario } from "../scenario.ts";

export const shared: FlowScenario = {
  kind: "flow",
  name: "shared",
  summary: "a shared subscription ($share): each message goes to one of the subscribers",
  operation: "message",
  defaults: { publishers: 10, subscribers: 10, clients: 0, count: 0 },
  topology: ({ publishers, subscribers }, base) => {
    const streams = Array.from({ length: publishers }, (_, index) => index);
    const filters = [`$share/mqtk/${base}/+`];
    return {
      publishers: streams.map((index) => `${base}/${index}`),
      subscribers: Array.from({ length: subscribers }, () => ({ filters, streams, group: "mqtk" })),
    };
  },
};
