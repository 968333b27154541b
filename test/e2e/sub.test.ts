import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { PacketClient } from "../support/packet-client.ts";
import { peer } from "../support/peers.ts";
import { type BrokerProcess, mqtkBin, type RunningMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

async function publisherOf(broker: BrokerProcess): Promise<PacketClient> {
  return PacketClient.connect({ host: "127.0.0.1", port: broker.port });
}

/** `mqtk sub` with its subscription made. */
async function subscribed(broker: BrokerProcess, words: readonly string[]): Promise<RunningMqtk> {
  const sub = startMqtk(["sub", "-p", `${broker.port}`, ...words]);
  await broker.waitFor(/subscribed to/, "stderr");
  return sub;
}

describe("mqtk sub prints", () => {
  test("payloads as they are, one a line; -v the topic before them, -N no line ends", async () => {
    const bytes = Buffer.from([0, 1, 0xff, 0x1b, 0x0a, 0x80]);
    for (const [words, expected] of [
      [[], Buffer.concat([Buffer.from("text\n"), bytes, Buffer.from("\n")])],
      [["-v"], Buffer.concat([Buffer.from("t/é text\nt/é (null)\nt/é "), bytes, Buffer.from("\n")])],
      [["-N"], Buffer.concat([Buffer.from("text"), bytes])],
    ] as const) {
      const broker = await startBroker();
      const sub = await subscribed(broker, ["-t", "t/#", "-C", "3", ...words]);
      const publisher = await publisherOf(broker);
      for (const payload of [Buffer.from("text"), Buffer.alloc(0), bytes]) {
        publisher.publish("t/é", payload);
      }
      const { code, stdoutBytes, stderr } = await sub.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdoutBytes.toString("hex")).toBe(expected.toString("hex"));
    }
  });

  test("exactly as many messages as -C says, however many come at once", async () => {
    const broker = await startBroker();
    const sub = await subscribed(broker, ["-t", "t", "-q", "1", "-C", "5"]);
    const publisher = await publisherOf(broker);
    for (let index = 0; index < 50; index += 1) {
      publisher.publish("t", `${index}`, { qos: 1 });
    }
    expect(await sub.ended).toMatchObject({ code: 0, stdout: "0\n1\n2\n3\n4\n" });
  });

  test("several filters, retained messages, and -R without them", async () => {
    const broker = await startBroker();
    const publisher = await publisherOf(broker);
    publisher.publish("a", "retained", { retain: true });
    await publisher.settled();
    const all = startMqtk(["sub", "-p", `${broker.port}`, "-t", "a", "-t", "b", "-C", "2", "-v"]);
    await all.waitFor(/a retained\n/);
    publisher.publish("b", "live");
    expect(await all.ended).toMatchObject({ code: 0, stdout: "a retained\nb live\n" });
    const without = startMqtk(["sub", "-p", `${broker.port}`, "-t", "#", "-C", "1", "-R"]);
    await broker.waitFor(/subscribed to #/, "stderr");
    publisher.publish("b", "live");
    expect(await without.ended).toMatchObject({ code: 0, stdout: "live\n" });
  });

  test("what came while it was away, with -c and its id", async () => {
    const broker = await startBroker();
    const words = ["-t", "jobs", "-q", "1", "-c", "-i", "worker", "-C", "1"];
    const first = await subscribed(broker, words);
    const publisher = await publisherOf(broker);
    publisher.publish("jobs", "one", { qos: 1 });
    expect(await first.ended).toMatchObject({ code: 0, stdout: "one\n" });
    publisher.publish("jobs", "two", { qos: 1 });
    await publisher.settled();
    const second = startMqtk(["sub", "-p", `${broker.port}`, ...words]);
    expect(await second.ended).toMatchObject({ code: 0, stdout: "two\n" });
  });
});

describe("mqtk sub ends", () => {
  test("0 when its reader goes away: sub | head -1", async () => {
    const broker = await startBroker();
    const line = `"$NODE" "$MQTK" sub -p ${broker.port} -t t | head -1; echo "\${PIPESTATUS[0]}"`;
    const env = { ...process.env, NODE: process.execPath, MQTK: mqtkBin };
    const shell = spawn("bash", ["-c", line], { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    await broker.waitFor(/subscribed to t/, "stderr");
    const publisher = await publisherOf(broker);
    const again = setInterval(() => publisher.publish("t", "line"), 20);
    onTestFinished(() => clearInterval(again));
    await once(shell, "close");
    expect(output).toBe("line\n0\n");
  });

  test("27 when the time of -W is over", async () => {
    const broker = await startBroker();
    const { code, stdout, stderr } = await (await subscribed(broker, ["-t", "t", "-W", "300ms"])).ended;
    expect({ code, stdout }).toEqual({ code: 27, stdout: "" });
    expect(stderr).toBe("mqtk: --timeout is over after 0 messages\n");
  });

  test("0 at Ctrl-C; 130 where a number of messages was asked for", async () => {
    const broker = await startBroker();
    const unbounded = await subscribed(broker, ["-t", "one"]);
    expect(await unbounded.stop("SIGINT")).toMatchObject({ code: 0, stderr: "" });
    const bounded = startMqtk(["sub", "-p", `${broker.port}`, "-t", "two", "-C", "5"]);
    await broker.waitFor(/subscribed to two/, "stderr");
    const publisher = await publisherOf(broker);
    publisher.publish("two", "x");
    await bounded.waitFor(/x/);
    const { code, stderr } = await bounded.stop("SIGINT");
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(/^mqtk: interrupted after 1 .*5.*\n$/),
    });
  });

  test("4 when every filter is refused; with a warning when some are", async () => {
    const broker = await startBroker();
    const tooDeep = "/".repeat(300);
    const refused = await startMqtk(["sub", "-p", `${broker.port}`, "-t", tooDeep]).ended;
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toMatch(/^mqtk: the broker refused \/+.*0x8f/i);
    const some = startMqtk(["sub", "-p", `${broker.port}`, "-t", tooDeep, "-t", "t", "-C", "1"]);
    await broker.waitFor(/subscribed to t /, "stderr");
    (await publisherOf(broker)).publish("t", "x");
    const { code, stdout, stderr } = await some.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "x\n" });
    expect(stderr).toMatch(/0x8f/i);
  });

  test("3 when the broker goes away", async () => {
    const broker = await startBroker();
    const sub = await subscribed(broker, ["-t", "t", "-V", "3.1.1"]);
    await broker.stop("SIGKILL");
    const { code, stderr } = await sub.ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/^mqtk: /);
  });

  test("4 when another client takes over its session", async () => {
    const broker = await startBroker();
    const sub = await subscribed(broker, ["-t", "t", "-i", "me"]);
    await PacketClient.connect({ host: "127.0.0.1", port: broker.port }, { clientId: "me" });
    const { code, stderr } = await sub.ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/0x8e/i);
  });
});

const script = peer("script");

describe("on a terminal", () => {
  /** Runs a command on a terminal of its own, and gives what appeared on it. */
  function onTerminal(command: string, env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(script as string, ["-qefc", command, "/dev/null"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    return once(child, "close").then(() => Buffer.concat(chunks).toString());
  }

  test.skipIf(script === undefined)(
    "nothing that comes from others acts on it: control characters are shown",
    async () => {
      const broker = await startBroker();
      const env = { ...process.env, NODE: process.execPath, MQTK: mqtkBin, TERM: "xterm", NO_COLOR: "1" };
      const screen = onTerminal(`"$NODE" "$MQTK" sub -p ${broker.port} -t '#' -v -C 3`, env);
      await broker.waitFor(/subscribed to #/, "stderr");
      const publisher = await publisherOf(broker);
      publisher.publish("evil\u001b[2J\r\n", "\u001b]0;pwn\u0007\u001b]52;c;AAAA\u0007 \u009b31m \u202e \u200b");
      publisher.publish("bytes", Buffer.from([0xff, 0xfe, 0x41, 0xc3]));
      publisher.publish("text", "tab\there, é \u{1f321}\nsecond line");
      const shown = (await screen).replaceAll("\r\n", "\n");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202e]/);
      expect(shown).toContain("evil\\x1b[2J\\x0d\\x0a \\x1b]0;pwn\\x07\\x1b]52;c;AAAA\\x07 \\x9b31m \\u202e \\u200b\n");
      expect(shown).toMatch(/^bytes +\\xff\\xfeA\\xc3\n/m); // topics are aligned
      expect(shown).toMatch(/^text +tab\there, é \u{1f321}\nsecond line\n/mu);
    },
  );

  test("a reason that the broker gives is escaped, too", async () => {
    const { createServer } = await import("node:net");
    const reason = Buffer.from("\u001b[2Jno");
    const connack = [0x20, 3 + 3 + reason.length, 0, 0x87, 3 + reason.length, 0x1f, 0, reason.length, ...reason];
    const server = createServer((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(Buffer.from(connack)));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    const { code, stderr } = await startMqtk(["sub", "-h", "127.0.0.1", "-p", `${port}`, "-t", "t"]).ended;
    expect(code).toBe(4);
    expect(stderr).not.toContain("\u001b");
    expect(stderr).toContain("\\x1b[2Jno");
  });
});
