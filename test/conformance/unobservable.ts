/** Statements that bind servers and that no test of a server can observe, and why. */
export const unobservable: Readonly<Record<string, string>> = {
  "3:MQTT-7.0.0-1": "mqtk's broker makes no connections to other servers",
  "U5-095": "the sum of all others: this page",
};
