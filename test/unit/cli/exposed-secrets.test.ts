import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../src/cli/command-line.ts";
import { commands } from "../../../src/cli/commands.ts";
import { othersCanSee, secretsIn } from "../../../src/cli/exposed-secrets.ts";
import { mqtk } from "../../support/in-process.ts";

describe("secrets on the command line", () => {
  test.each([
    ["pub -t a -m x", []],
    ["pub -t a -m x -P pw", ["--password"]],
    ["pub -t a -m x -Ppw --psk=abcd --psk-identity i", ["--password", "--psk"]],
    ["sub -t a -L mqtt://u@h", []],
    ["sub -t a -L mqtt://u:pw@h", ["--url"]],
    ["sub -t a -L wss://h/?token=x", ["--url"]],
    ["sub -t a --proxy http://h --ws-header X:y", ["--ws-header"]],
    ["bench mqtt://u:pw@h", ["URL"]],
    ["bench mqtt://h", []],
    ["bench --target a=builtin --target b=mqtt://u@h --target cmd:x-{port}", []],
    ["bench --target b=mqtt://u:pw@h", ["--target"]],
    ["broker --user a:b", ["--user"]],
  ])("%s: %j", (line, expected) => {
    const [name, ...words] = line.split(" ");
    const { definition } = commands.find((command) => command.definition.name === name) as (typeof commands)[number];
    const read = readCommandLine(definition, words);
    expect(read.kind === "run" && secretsIn(definition, read.typed, words)).toEqual(expected);
    // From an options file: what was read is not what was typed.
    if (name !== "bench") expect(read.kind === "run" && secretsIn(definition, read.typed, ["-o", "file"])).toEqual([]);
  });
});

describe("others can see it where there are other people, and the system shows them all processes", () => {
  const me = { uid: 1000, platform: "linux" };
  const alone = "root:x:0:0::/root:/bin/bash\nme:x:1000:1000::/:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n";
  const service = "www:x:33:33::/:/bin/sh\nbuild:x:1002:1002::/:/usr/sbin/nologin\n";
  const shared = `${alone}ann:x:1001:1001::/home/ann:/bin/zsh\n`;
  const open = "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n";
  test.each([
    ["nobody else", alone, open, me, false],
    ["services are no people", alone + service, open, me, false],
    ["another person", shared, open, me, true],
    ["root among people", shared, open, { uid: 0, platform: "linux" }, true],
    ["hidden processes", shared, open.replace("rw", "rw,hidepid=2"), me, false],
    ["invisible processes", shared, open.replace("rw", "rw,hidepid=invisible"), me, false],
    ["hidepid=0 hides nothing", shared, open.replace("rw", "rw,hidepid=0"), me, true],
    ["Windows", shared, open, { uid: 1, platform: "win32" }, false],
    ["nothing is known", "", "", me, false],
  ])("%s", (_name, passwd, mounts, who, expected) => {
    expect(othersCanSee((file) => (file === "/etc/passwd" ? passwd : mounts), who)).toBe(expected);
  });
});

test("no log of a pipeline is told, nor who wants quiet", async () => {
  const line = ["pub", "-h", "127.0.0.1", "-p", "1", "-t", "a", "-m", "x", "-u", "u", "-P", "pw"];
  for (const [words, options] of [
    [line, {}],
    [[...line, "--quiet"], { tty: true }],
  ] as const) {
    expect((await mqtk(words, options)).stderr).not.toContain("warning");
  }
});
