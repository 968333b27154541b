import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peer } from "../support/peers.ts";
import { runMqtk, startMqtk } from "../support/run-mqtk.ts";
import {
  type ManyWays,
  type Surroundings,
  startMosquittoOnAll,
  startMqtkOnAll,
  surroundings,
  transports,
} from "./all-transports.ts";

const mosquitto = peer("mosquitto");
let around: Surroundings;

beforeAll(async () => {
  around = await surroundings();
});
afterAll(() => around.stop());

describe("mqtk broker", () => everyTransport(() => startMqtkOnAll(around)));

describe.skipIf(mosquitto === undefined)("mosquitto", () =>
  everyTransport(() => startMosquittoOnAll(mosquitto as string, around)),
);

function everyTransport(start: () => Promise<ManyWays>): void {
  let broker: ManyWays;
  beforeAll(async () => {
    broker = await start();
  });
  afterAll(() => broker.stop());

  describe.each(transports)("over %s", (transport) => {
    const topic = `transports/${transport}`;
    const throughProxy = (): number => around.socks.targets.length + around.http.targets.length;

    test("pub", async () => {
      const before = throughProxy();
      const words = ["pub", ...broker.words[transport], "-t", topic, "-m", "kept", "-q", "1", "-r"];
      expect(await runMqtk(words)).toMatchObject({ code: 0, stderr: "", stdout: "" });
      expect(throughProxy() - before).toBe(/socks|proxy/.test(transport) ? 1 : 0);
    });

    test("sub, as large messages as small ones", async () => {
      const large = "x".repeat(/^wss?$/.test(transport) ? broker.large : 300_000);
      const sub = startMqtk(["sub", ...broker.words[transport], "-t", `${topic}/#`, "-C", "3", "-q", "2"]);
      await sub.waitFor(/kept/);
      const words = ["pub", ...broker.words[transport], "-t", `${topic}/large`, "-q", "2", "-l"];
      expect(await runMqtk(words, { input: `${large}\nend\n` })).toMatchObject({ code: 0, stderr: "" });
      expect(await sub.ended).toMatchObject({ code: 0, stderr: "", stdout: `kept\n${large}\nend\n` });
    });

    test("bench", async () => {
      const words = ["--pairs", "2", "--qos", "1", "--max", "--duration", "100ms", "--warmup", "50ms", "--json"];
      const { code, stdout } = await runMqtk(["bench", ...broker.words[transport], ...words]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ schema: "mqtk-bench/2" });
      expect(stdout).not.toMatch(/PRIVATE KEY|s@cret|s%40cret/);
    });
  });
}
