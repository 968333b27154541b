import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../src/build/paths.mjs";
import { peer } from "../support/peers.ts";
import { startListening } from "../support/run-mqtk.ts";

const chromium = peer("chromium");
const script = readFileSync(path.join(root, "node_modules/mqtt/dist/mqtt.min.js"));

/** A page that publishes to itself over a WebSocket, in the version that its address names, and reports what came. */
const page = `<!doctype html><script src="/mqtt.js"></script><script>
const asked = new URLSearchParams(location.search);
const client = mqtt.connect(asked.get("broker"), { protocolVersion: Number(asked.get("version")), reconnectPeriod: 0 });
const report = (text) => fetch("/report", { method: "POST", body: text });
client.on("error", (error) => report("error: " + error.message));
client.on("close", () => report("closed"));
client.on("connect", () => client.subscribe("browser/#", { qos: 2 }, () => {
  client.publish("browser/small", "hello", { qos: 1 });
  client.publish("browser/large", "x".repeat(500000), { qos: 2 });
}));
const got = [];
client.on("message", (topic, payload) => {
  got.push(topic + " " + payload.length);
  if (got.length === 2) report(got.sort().join(", "));
});
</script>`;

interface Page {
  readonly origin: string;
  /** What the page reported first. */
  open(broker: string, version: number): Promise<string>;
}

/** A web server with the page, and a browser that opens it. */
async function webPage(): Promise<Page> {
  let reported = (_: string): void => {};
  const server = createServer((request, response) => {
    if (request.url === "/mqtt.js") response.end(script);
    else if (request.url === "/report") {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => reported(text));
      response.end();
    } else response.setHeader("Content-Type", "text/html").end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    open: (broker, version) => {
      const report = new Promise<string>((resolve) => {
        reported = resolve;
      });
      const profile = mkdtempSync(path.join(tmpdir(), "mqtk-"));
      const url = `${origin}/?broker=${encodeURIComponent(broker)}&version=${version}`;
      const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"];
      const browser = spawn(chromium as string, [...flags, `--user-data-dir=${profile}`, url], {
        stdio: "ignore",
        // A group of its own: its helpers, which write into the profile, end with it.
        detached: true,
      });
      onTestFinished(async () => {
        const ended = new Promise((resolve) => browser.once("exit", resolve));
        process.kill(-(browser.pid as number), "SIGKILL");
        await ended;
        rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      });
      return report;
    },
  };
}

async function startWebSocketBroker(...words: string[]): Promise<string> {
  return (await startListening(["--listen", "ws://127.0.0.1:0", ...words])).url;
}

test.skipIf(chromium === undefined)(
  "a browser publishes and subscribes with MQTT.js",
  { timeout: 60_000 },
  async () => {
    const web = await webPage();
    const broker = await startWebSocketBroker("--ws-origin", web.origin);
    for (const version of [5, 4]) {
      expect(await web.open(broker, version)).toBe("browser/large 500000, browser/small 5");
    }
  },
);

test.skipIf(chromium === undefined)("a page of another origin does not get in", { timeout: 60_000 }, async () => {
  const web = await webPage();
  expect(await web.open(await startWebSocketBroker(), 5)).toMatch(/^(closed|error: )/);
});
