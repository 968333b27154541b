import { expect, test } from "vitest";
import { BrokerLog } from "../../../../../src/cli/commands/broker/broker-log.ts";

const client = { clientId: "sensor-1", remote: "127.0.0.1:4711", version: 5 } as const;
const connected = { cleanStart: true, sessionPresent: false, keepAlive: 60, userName: undefined };
const subscription = { filter: "a/#", qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;

function logOf(act: (log: BrokerLog) => void, isFull: () => boolean = () => false): string[] {
  let text = "";
  const writer = {
    get isFull() {
      return isFull();
    },
    text: (line: string) => {
      text += line;
    },
  };
  act(new BrokerLog(writer, () => new Date("2026-11-22T09:30:00.123Z")));
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace("2026-11-22 09:30:00.123 ", ""));
}

test("one line per connection, subscription and disconnection", () => {
  const lines = logOf((log) => {
    const events = log.events({ verbose: false });
    events.onConnect?.(client, connected);
    events.onConnect?.(client, { ...connected, cleanStart: false, sessionPresent: true, keepAlive: 0, userName: "me" });
    events.onSubscribe?.(client, subscription, 1);
    events.onSubscribe?.(client, subscription, 0);
    events.onSubscribe?.(client, subscription, 0x87);
    events.onUnsubscribe?.(client, "a/#", 0);
    events.onUnsubscribe?.(client, "b/#", 0x11);
    events.onDisconnect?.(client, { clean: true, reasonCode: 0, reason: "said goodbye" });
    events.onDisconnect?.(client, { clean: false, reasonCode: 0x8d, reason: "silent for too long" });
    events.onRefused?.("127.0.0.1:1", undefined, 0x82, "no CONNECT");
    events.onRefused?.("127.0.0.1:1", "x", 0x87, "not allowed");
    events.onDropped?.("sensor-1", "queue-full", 3);
  });
  expect(lines).toEqual([
    "sensor-1 connected from 127.0.0.1:4711 (MQTT 5.0, keep alive 60 s, clean start)",
    "sensor-1 connected from 127.0.0.1:4711 (MQTT 5.0, user me, no keep alive, session resumed)",
    "sensor-1 subscribed to a/# at QoS 1",
    "sensor-1 subscribed to a/# at QoS 0 (asked for 1)",
    "sensor-1 was refused a/#: 0x87 Not authorized",
    "sensor-1 unsubscribed from a/#",
    "sensor-1 disconnected: said goodbye",
    "sensor-1 disconnected: silent for too long (0x8D Keep Alive timeout)",
    "127.0.0.1:1 refused: no CONNECT (0x82 Protocol Error)",
    "x from 127.0.0.1:1 refused: not allowed (0x87 Not authorized)",
    "sensor-1 did not get 3 messages: queue-full",
  ]);
});

test("messages, and leaving what was never subscribed, are logged only when asked for", () => {
  expect(logOf((log) => log.events({ verbose: true }).onUnsubscribe?.(client, "b/#", 0x11))).toEqual([
    "sensor-1 unsubscribed from b/# (0x11 No subscription existed)",
  ]);
  const message = { topic: "a/b", qos: 1, retain: true, payloadLength: 12 } as const;
  expect(logOf((log) => log.events({ verbose: false }).onPublish?.(client, message))).toEqual([]);
  expect(logOf((log) => log.events({ verbose: true }).onPublish?.(client, message))).toEqual([
    "sensor-1 published 12 B to a/b (QoS 1, retained)",
  ]);
});

test("what a client calls itself cannot look like a line of the log", () => {
  const clientId = "x\n2026-11-22 09:30:00.123 admin connected\u001b[2J";
  const lines = logOf((log) => log.events({ verbose: false }).onConnect?.({ ...client, clientId }, connected));
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain("x\\x0a2026");
});

test("nobody reads: lines are dropped, and counted when somebody does", () => {
  let isFull = false;
  const lines = logOf(
    (log) => {
      log.line("one");
      isFull = true;
      log.line("two");
      log.line("three");
      isFull = false;
      log.line("four");
    },
    () => isFull,
  );
  expect(lines).toEqual(["one", "(2 log lines are missing here: nobody read them)", "four"]);
});

test("RX-21 a flood of bad connections from one address is a few lines a second, and their number", () => {
  let time = Date.parse("2026-11-22T09:30:00.123Z");
  const lines: string[] = [];
  const log = new BrokerLog({ isFull: false, text: (line) => lines.push(line.slice(24, -1)) }, () => new Date(time));
  const events = log.events({ verbose: false });
  for (let port = 1; port <= 100; port += 1) events.onRefused?.(`10.0.0.1:${port}`, undefined, 0x81, "malformed");
  events.onRefused?.("10.0.0.2:1", undefined, 0x81, "malformed");
  events.onRefused?.("10.0.0.1:1", undefined, 0x87, "not allowed");
  expect(lines).toEqual([
    ...[1, 2, 3, 4, 5].map((port) => `10.0.0.1:${port} refused: malformed (0x81 Malformed Packet)`),
    "10.0.0.2:1 refused: malformed (0x81 Malformed Packet)",
    "10.0.0.1:1 refused: not allowed (0x87 Not authorized)",
  ]);
  lines.length = 0;
  time += 1000;
  events.onRefused?.("10.0.0.1:1", undefined, 0x81, "malformed");
  expect(lines).toEqual([
    "95 more from 10.0.0.1 were refused or sent away (0x81 Malformed Packet)",
    "10.0.0.1:1 refused: malformed (0x81 Malformed Packet)",
  ]);
});

test("what went wrong in the broker itself is told with its place", () => {
  const [line] = logOf((log) => log.events({ verbose: false }).onInternalError?.(new TypeError("x is not a function")));
  expect(line).toMatch(/^internal error, please report it: TypeError: x is not a function.* at /);
});
