import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ConnectPacket, PacketType, type PublishPacket } from "../../src/codec/index.ts";
import { peer } from "../support/peers.ts";
import { startOnTerminal } from "../support/pty.ts";
import { mqtkBin, runMqtk } from "../support/run-mqtk.ts";
import { type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

const script = peer("script");

function acknowledging(): Promise<ScriptedServer> {
  return startScriptedServer((packet, { send }) => {
    if (packet.type === PacketType.PUBLISH && packet.packetId !== undefined) {
      send({ type: PacketType.PUBACK, packetId: packet.packetId, reasonCode: 0, properties: {} });
    }
  });
}
const at = (server: ScriptedServer): string[] => ["-h", "127.0.0.1", "-p", String(server.port)];
const published = ({ packets }: ScriptedServer): string[] =>
  packets
    .filter((packet): packet is PublishPacket => packet.type === PacketType.PUBLISH)
    .map(({ topic, payload, qos, retain }) => `${topic}=${Buffer.from(payload)} ${qos}${retain ? "r" : ""}`);

describe("mqtk pub sends", () => {
  test("to several topics, several times", async () => {
    const server = await acknowledging();
    const words = ["-t", "a", "-t", "b", "-m", "x", "-q", "1", "-M", "1", "--repeat", "2", "--repeat-delay", "10ms"];
    expect(await runMqtk(["pub", ...at(server), ...words])).toMatchObject({ code: 0, stderr: "" });
    expect(published(server)).toEqual(["a=x 1", "b=x 1", "a=x 1", "b=x 1"]);
  });

  test("records that end with a zero byte, and lines with topics of their own", async () => {
    const server = await acknowledging();
    await runMqtk(["pub", ...at(server), "-t", "a", "-t", "b", "-l", "--null"], { input: "1\n2\x003" });
    const input = "c\tone\tmore\nd\t\n";
    await runMqtk(["pub", ...at(server), "-l", "--topic-separator", "TAB", "-q", "1", "-r"], { input });
    expect(published(server)).toEqual(["a=1\n2 0", "b=1\n2 0", "a=3 0", "b=3 0", "c=one\tmore 1r", "d= 1r"]);
    expect(
      await runMqtk(["pub", ...at(server), "-l", "--topic-separator", "TAB"], { input: "c\tx\nnone" }),
    ).toMatchObject({
      code: 2,
      stderr:
        'mqtk: stdin, line 2: there is no "\\t" behind the topic\n      the lines before it were published, and none behind it\n',
    });
    for (const topic of ["", "a/+", "x".repeat(65_536), Buffer.from([0xff])]) {
      const line = Buffer.concat([Buffer.from(topic), Buffer.from("\tx\n")]);
      const { code, stderr } = await runMqtk(["pub", ...at(server), "-l", "--topic-separator", "TAB"], { input: line });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^mqtk: stdin, line 1: ".{0,90}" is no topic to publish to\n {6}nothing was published\n$/);
    }
  });

  test("messages as lines of JSON describe them; the command line says otherwise", async () => {
    const server = await acknowledging();
    const input =
      '{"topic":"a","payload":{"b":1},"qos":1}\n{"topic":"c","payload":"/w==","encoding":"base64","retain":true}\n';
    expect(await runMqtk(["pub", ...at(server), "--json"], { input })).toMatchObject({ code: 0, stderr: "" });
    await runMqtk(["pub", ...at(server), "--json", "-t", "d", "-q", "0", "-r"], {
      input: input.split("\n")[0] as string,
    });
    expect(published(server)).toEqual(['a={"b":1} 1', "c=\ufffd 0r", 'd={"b":1} 0r']);
    const { code, stderr } = await runMqtk(["pub", ...at(server), "--json"], { input: '{"topic":"a"}\n{"qos":1}\n' });
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { message: "stdin, line 2: topic: expected a topic without + and #" },
    });
  });

  test("properties of every packet", async () => {
    const server = await acknowledging();
    const words = ["-t", "a", "-m", "x", "--will-topic", "w"];
    const properties = [
      ["connect", "receive-maximum", "7"],
      ["will", "will-delay-interval", "5"],
      ["publish", "content-type", "text/plain"],
      ["publish", "user-property", "-D", "--x"],
      ["disconnect", "reason-string", "done"],
    ].flatMap((property) => ["-D", ...property]);
    expect(await runMqtk(["pub", ...at(server), ...words, ...properties])).toMatchObject({ code: 0, stderr: "" });
    expect(server.packets).toMatchObject([
      { properties: { receiveMaximum: 7 }, will: { topic: "w", properties: { willDelayInterval: 5 } } },
      { properties: { contentType: "text/plain", userProperties: [["-D", "--x"]] } },
      { type: PacketType.DISCONNECT, properties: { reasonString: "done" } },
    ]);
  });
});

describe("the password comes from", () => {
  const passwordOf = async (words: readonly string[], shell?: string): Promise<string> => {
    const server = await acknowledging();
    const line = ["pub", ...at(server), "-t", "a", "-m", "x", "-u", "me", ...words];
    if (shell === undefined) expect(await runMqtk(line)).toMatchObject({ code: 0, stderr: "" });
    else {
      const child = spawn("bash", ["-c", `"$0" "$@" ${shell}`, process.execPath, mqtkBin, ...line]);
      await new Promise((resolve) => child.on("close", resolve));
    }
    return Buffer.from((server.packets[0] as ConnectPacket).password ?? []).toString();
  };
  const folder = (): string => {
    const made = mkdtempSync(path.join(tmpdir(), "mqtk-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };

  test("a file, an open file, a command: always the first line", async () => {
    const file = path.join(folder(), "secret");
    writeFileSync(file, "pass word\r\nmore\n");
    expect(await passwordOf(["--password-file", file])).toBe("pass word");
    expect(await passwordOf(["--password-fd", "3"], `3< "${file}"`)).toBe("pass word");
    expect(await passwordOf(["--password-command", `cat ${file}`])).toBe("pass word");
  });

  describe("the terminal", () => {
    const ask = (server: ScriptedServer, ...words: string[]): string =>
      `"$NODE" "$MQTK" pub ${at(server).join(" ")} -t a -m x -u me --ask-password ${words.join(" ")}; echo "code $?"; stty -a`;

    test.skipIf(script === undefined)("where nothing of it is shown; keys do what they do in editors", async () => {
      const server = await acknowledging();
      const terminal = startOnTerminal(script as string, ask(server));
      await terminal.waitFor(/password: /);
      terminal.type("wrong\x15s3cr\u00e9X\x7ft\r");
      const screen = await terminal.ended;
      expect(screen).toMatch(/^password: \ncode 0\n/);
      expect(screen).toMatch(/ icanon.* echo /s);
      expect(Buffer.from((server.packets[0] as ConnectPacket).password ?? []).toString()).toBe("s3cr\u00e9t");
    });

    test.skipIf(script === undefined)("or not: Ctrl-C ends with 130, and the terminal is as it was", async () => {
      const server = await acknowledging();
      const terminal = startOnTerminal(script as string, ask(server, "< /dev/null"));
      await terminal.waitFor(/password: /);
      terminal.type("s3c\x03");
      const screen = await terminal.ended;
      expect(screen).toMatch(/^password: \nmqtk: interrupted\ncode 130\n/);
      expect(screen).toMatch(/ icanon.* echo /s);
      expect(server.packets).toEqual([]);
    });
  });

  test.each([
    [["--password-file", "/nonexistent"], "--password-file: cannot read /nonexistent: no such file or directory"],
    [["--password-command", "false"], "--password-command: false told no password: it ended with 1"],
    [
      ["--password-command", "ls /nonexistent"],
      "--password-command: ls told no password: it ended with 2: ls: cannot access '/nonexistent'",
    ],
    [["--password-command", "/nonexistent"], "--password-command: /nonexistent told no password: "],
    [["-P", "x", "--password-file", "y"], "--password and --password-file contradict each other"],
    [["--password-fd", "3", "--ask-password"], "--password-fd and --ask-password contradict each other"],
  ])("or not: %j", async (words, reason) => {
    const { code, stderr } = await runMqtk(["pub", "-p", "1", "-t", "a", "-m", "x", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(`mqtk: ${reason}`);
  });
});

test("options from files stand before those that are typed", async () => {
  const server = await acknowledging();
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    path.join(folder, "mosquitto_pub"),
    `# of mosquitto's client\n-h 127.0.0.1\n-p ${server.port}\n-q 1\n\n-r\n-D publish user-property a b c\n`,
  );
  const env = { XDG_CONFIG_HOME: folder };
  expect(await runMqtk(["pub", "--mosquitto-config", "-t", "a", "-m", "x", "-q", "0"], { env })).toMatchObject({
    code: 0,
  });
  expect(await runMqtk(["pub", "-t", "a", "-m", "-o", "-o", path.join(folder, "mosquitto_pub")])).toMatchObject({
    code: 0,
  });
  expect(published(server)).toEqual(["a=x 0r", "a=-o 1r"]);
  expect(server.packets[1]).toMatchObject({ properties: { userProperties: [["a", "b c"]] } });
  expect(await runMqtk(["sub", "--mosquitto-config", "-t", "a"], { env })).toMatchObject({
    code: 2,
    stderr: `mqtk: --mosquitto-config: cannot read ${path.join(folder, "mosquitto_sub")}: no such file or directory\n`,
  });
});

test("-A: connects from that address", async () => {
  const server = await startScriptedServer((packet, { send, socket }) => {
    if (packet.type !== PacketType.PUBLISH) return;
    const reasonString = String(socket.remoteAddress);
    send({ type: PacketType.PUBACK, packetId: packet.packetId ?? 0, reasonCode: 0x97, properties: { reasonString } });
  });
  const words = ["pub", ...at(server), "-t", "a", "-m", "x", "-q", "1"];
  expect((await runMqtk([...words, "-A", "127.0.0.5"])).stderr).toContain("127.0.0.5");
  expect(await runMqtk([...words, "-A", "somewhere"])).toMatchObject({ code: 2 });
});
