import type { BrokerStatistics } from "../../../broker/index.ts";

/** What a broker did and does, for its log. */
export function statisticsLines(statistics: BrokerStatistics): string[] {
  const { connections, sessions, subscriptions, retained, waiting, received, sent, dropped, drift } = statistics;
  const drops = Object.entries(dropped).filter(([, count]) => count > 0);
  return [
    `${connections} connections, ${sessions} sessions, ${subscriptions} subscriptions, ${retained.messages} retained messages (${retained.bytes} B)`,
    `received ${received.messages} messages (${received.bytes} B), sent ${sent.messages} (${sent.bytes} B)`,
    `waiting: ${waiting.kept} B of messages, ${waiting.outgoing} B for the network; ${Math.round(drift)} ms late`,
    `dropped: ${drops.length === 0 ? "nothing" : drops.map(([reason, count]) => `${count} ${reason}`).join(", ")}`,
  ];
}
