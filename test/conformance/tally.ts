// Runs the conformance suite on mqtk, mosquitto and aedes and writes what came of it to tallies.json and STATEMENTS.md:
// npm run conformance:tally [-- BROKER…]. `--page` runs nothing and writes the page anew.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { peer } from "../support/peers.ts";
import { type Tallies, type Tally, talliesFile, writePage } from "./support/page.ts";

/** Where a broker listens, and how it is stopped again. */
interface Started {
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

const brokers: Readonly<Record<string, () => Promise<Started>>> = {
  mqtk: async () => ({ version: versionOf("package.json"), environment: {}, stop: () => {} }),
  mosquitto: startMosquitto,
  aedes: startAedes,
};

async function main(wanted: readonly string[]): Promise<void> {
  if (!wanted.includes("--page")) {
    await writeTallies(wanted.length > 0 ? wanted : Object.keys(brokers));
  }
  writePage();
  // aedes has timers of its own.
  process.exit();
}

void main(process.argv.slice(2));

async function writeTallies(names: readonly string[]): Promise<void> {
  const tallies = JSON.parse(readFileSync(talliesFile, "utf8")) as Tallies;
  for (const name of names) {
    const broker = await brokers[name]?.();
    if (broker === undefined) {
      throw new Error(`no broker is called ${name}`);
    }
    const tally = await run(broker);
    broker.stop();
    tallies[name] = tally;
    console.log(
      `${name} ${tally.version}: ${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length} skipped`,
    );
  }
  writeFileSync(talliesFile, `${JSON.stringify(tallies, undefined, 2)}\n`);
}

async function run(broker: Started): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-conformance-"));
  const report = path.join(folder, "report.json");
  const words = [
    "--config",
    "test/vitest.config.ts",
    "--project",
    "conformance",
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...words], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...broker.environment },
  });
  await new Promise((resolve) => child.once("exit", resolve));
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  rmSync(folder, { recursive: true });
  const results = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => title.startsWith("["));
  const titles = (statuses: readonly string[]): string[] =>
    results
      .filter(({ status }) => statuses.includes(status))
      .map(({ title }) => title)
      .sort();
  return {
    version: broker.version,
    passed: titles(["passed"]).length,
    failed: titles(["failed"]),
    skipped: titles(["skipped", "pending", "todo", "disabled"]),
  };
}

async function startMosquitto(): Promise<Started> {
  const program = peer("mosquitto");
  if (program === undefined) {
    throw new Error("mosquitto is not installed");
  }
  const [port, webPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-mosquitto-"));
  const file = path.join(folder, "mosquitto.conf");
  const lines = [
    "allow_anonymous true",
    `listener ${port} 127.0.0.1`,
    `listener ${webPort} 127.0.0.1`,
    "protocol websockets",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const child = spawn(program, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (text: Buffer) => text.includes(" running") && resolve());
  });
  return {
    version: /version (\S+)/.exec(spawnSync(program, ["-h"], { encoding: "utf8" }).stdout)?.[1] ?? "",
    environment: {
      MQTK_CONFORMANCE_URL: `mqtt://127.0.0.1:${port}`,
      MQTK_CONFORMANCE_WS_URL: `ws://127.0.0.1:${webPort}/`,
    },
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startAedes(): Promise<Started> {
  const { Aedes } = await import("aedes");
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  // What some tests make it throw is not caught in aedes.
  process.on("uncaughtException", (error) => console.error(`aedes: ${error}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    version: versionOf("node_modules/aedes/package.json"),
    environment: { MQTK_CONFORMANCE_URL: `mqtt://127.0.0.1:${port}` },
    stop: () => server.close(),
  };
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
