import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { root } from "../../src/build/paths.mjs";
import { completionFiles, type Shell } from "../../src/cli/commands/completion/definition.ts";
import { commands } from "../../src/cli/commands.ts";
import { type Peer, peer } from "../support/peers.ts";
import { runMqtk } from "../support/run-mqtk.ts";
import { type AskShell, askBash, askFish, askZsh } from "../support/shell-completion.ts";

const shells: readonly (readonly [Peer & Shell, AskShell])[] = [
  ["bash", askBash],
  ["zsh", askZsh],
  ["fish", askFish],
];
const names = commands.map(({ definition }) => definition.name).filter((name) => !name.includes(" "));

/** What is typed, and what every shell has to offer: exactly this, or this and perhaps more. */
const cases: readonly (readonly [string, readonly string[] | { readonly atLeast: readonly string[] }])[] = [
  ["mqtk ", { atLeast: [...names, "help"] }],
  ["mqtk pu", ["pub"]],
  ["mqtk help su", ["sub"]],
  ["mqtk --v", ["--version"]],
  ["mqtk pub --q", ["--qos", "--quiet"]],
  ["mqtk pub -t a --retai", ["--retain"]],
  ["mqtk sub --retai", ["--retain-as-published", "--retain-handling", "--retained-only"]],
  ["mqtk broker --qo", []],
  ["mqtk pub -q ", ["0", "1", "2"]],
  ["mqtk pub --qos=", ["0", "1", "2"]],
  ["mqtk pub --mqtt-version 3", ["3.1", "3.1.1"]],
  ["mqtk sub --retain-handling ", ["always", "never", "new"]],
  ["mqtk completion ", ["bash", "fish", "powershell", "zsh"]],
  ["mqtk pub -t ", []],
  ["mqtk pub --profile ", ["office", "plant"]],
  ["mqtk sub -t a --profile pl", ["plant"]],
  ["mqtk bench --profile=", ["office", "plant"]],
  ["mqtk bench co", ["compare"]],
  ["mqtk bench compare --ma", ["--margin"]],
  ["mqtk bench compare --rou", []],
  ["mqtk bench report --format h", ["hgrm", "hlog", "html"]],
  ["mqtk bench init ", ["ci", "scenario", "schema"]],
  [`mqtk bench report ${root}/packag`, { atLeast: ["package-lock.json", "package.json"] }],
  ["mqtk bench --rou", ["--rounds"]],
  ["mqtk profile ", ["add", "list", "remove", "show"]],
  ["mqtk profile show ", ["office", "plant"]],
  ["mqtk profile --color never remove p", ["plant"]],
  ["mqtk profile add new --wait", ["--wait-for-broker"]],
  ["mqtk cert show --ca", ["--ca", "--ca-key", "--cafile", "--capath"]],
  [`mqtk cert show ${root}/packag`, { atLeast: ["package-lock.json", "package.json"] }],
  ["mqtk pub -D ", ["connect", "disconnect", "publish", "subscribe", "unsubscribe", "will"]],
  ["mqtk pub -t a -D publish co", ["content-type", "correlation-data"]],
  ["mqtk sub --property subscribe ", ["subscription-identifier", "user-property"]],
  ["mqtk pub -D publish content-type ", []],
  ["mqtk pub -D publish user-property a ", []],
  ["mqtk pub -D publish user-property a b -D connect rec", ["receive-maximum"]],
  ["mqtk pub -D publish user-property a b --q", ["--qos", "--quiet"]],
  ["mqtk pub -D publish content-type a --q", ["--qos", "--quiet"]],
  ["mqtk retained -D connect user-property a b l", ["list"]],
  ["mqtk retained -D connect receive-maximum 5 l", ["list"]],
  [`mqtk pub -f ${root}/packag`, { atLeast: ["package-lock.json", "package.json"] }],
  ["mqtk broker -p 0 --exec basenam", { atLeast: ["basename"] }],
  ["mqtk broker --exec basename --bin", []],
];

describe.each(shells)("%s", (shell, ask) => {
  const executable = peer(shell);
  const script = path.join(root, "completions", completionFiles[shell]);
  let offers: readonly (readonly string[])[] = [];

  beforeAll(async () => {
    const configuration = await mkdtemp(path.join(tmpdir(), "mqtk-"));
    const profiles = path.join(configuration, "mqtk", "profiles");
    await mkdir(profiles, { recursive: true });
    await Promise.all(["plant", "office"].map((name) => writeFile(path.join(profiles, `${name}.toml`), "")));
    vi.stubEnv("XDG_CONFIG_HOME", configuration);
    if (executable)
      offers = await ask(
        executable,
        script,
        cases.map(([line]) => line),
      );
    vi.unstubAllEnvs();
    await rm(configuration, { recursive: true });
  });

  test.skipIf(!executable).each(cases.map(([line, expected], index) => [line, expected, index] as const))(
    `${shell}: %s`,
    (_line, expected, index) => {
      // Some shells offer the whole word, others only what changes: --qos=1, /path/package.json.
      const offered = offers[index]?.map((offer) => offer.replace(/^--(qos|profile)=|^.*\//, ""));
      expect(offered).toEqual("atLeast" in expected ? expect.arrayContaining([...expected.atLeast]) : expected);
    },
  );

  test(`mqtk completion ${shell} prints the same script`, async () => {
    const { code, stdout } = await runMqtk(["completion", shell]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(script, "utf8") });
  });
});

test("an unknown shell is a usage error", async () => {
  const { code, stderr } = await runMqtk(["completion", "csh"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "mqtk: csh: expected bash, zsh, fish or powershell\n" });
});
