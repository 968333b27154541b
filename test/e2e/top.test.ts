// The pictures themselves are in test/unit/cli; here is what only a terminal shows: keys, and how it is given back.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/in-process.ts";
import { peer } from "../support/peers.ts";
import { startOnTerminal } from "../support/pty.ts";
import { runMqtk, startBroker } from "../support/run-mqtk.ts";
import { shownScreen } from "../support/shown-screen.ts";

const script = peer("script");

describe.skipIf(script === undefined)("script: on a terminal", () => {
  const start = (words: string) => startOnTerminal(script as string, `stty cols 80 rows 24; "$NODE" "$MQTK" ${words}`);

  test("top: a topic is opened, a retained message cleared after a yes, q leaves", async () => {
    const { url } = await startBroker();
    await runMqtk(["pub", "-L", url, "-t", "plant/state", "-m", "running", "-r"]);
    const top = start(`top ${url}`);
    await top.waitFor(/running/);
    top.type("\x1b[B\r");
    await top.waitFor(/1 message ·/);
    top.type("d");
    await top.waitFor(/Clear\? y\/n the retained message of plant\/state/);
    top.type("y");
    await top.waitFor(/cleared 1 retained message/);
    top.type("q");
    expect(shownScreen(await top.ended).isAsItWas).toBe(true);
    const left = await runMqtk(["sub", "-L", url, "-t", "#", "--retained-only"]);
    expect(left).toMatchObject({ code: 0, stdout: "" });
  });

  test("sub --watch: what comes later, and Ctrl-C", async () => {
    const { url } = await startBroker();
    await runMqtk(["pub", "-L", url, "-t", "plant/state", "-m", "running", "-r"]);
    const sub = start(`sub -t '#' --watch -L ${url}`);
    await sub.waitFor(/plant\/state +running/);
    for (const state of ["halted", "broken", "mended"]) {
      await runMqtk(["pub", "-L", url, "-t", "plant/state", "-m", state]);
      await sub.waitFor(new RegExp(`plant/state +${state}`));
    }
    sub.type("\x03");
    expect(shownScreen(await sub.ended).isAsItWas).toBe(true);
  });

  test.each([
    ["an exception that nobody caught", "SIGUSR2", /crashed on purpose/],
    ["SIGTERM", "SIGTERM", undefined],
    ["SIGHUP", "SIGHUP", undefined],
  ] as const)("top gives the terminal back: %s", async (_name, signal, told) => {
    const folder = temporaryFolder();
    const [crash, pid] = [path.join(folder, "crash.cjs"), path.join(folder, "pid")];
    writeFileSync(
      crash,
      `require("node:fs").writeFileSync(${JSON.stringify(pid)}, String(process.pid));
       process.on("SIGUSR2", () => { throw new Error("crashed on purpose"); });`,
    );
    const { url } = await startBroker();
    const top = startOnTerminal(script as string, `"$NODE" --require ${crash} "$MQTK" top ${url}`);
    await top.waitFor(/waiting for messages/);
    process.kill(Number(readFileSync(pid, "utf8")), signal);
    const all = await top.ended;
    expect(shownScreen(all).isAsItWas).toBe(true);
    // What is said about it stands behind the picture, where it stays.
    if (told !== undefined) expect(all.slice(all.lastIndexOf("\x1b[?1049l"))).toMatch(told);
  });

  test("top gives the terminal back where it is killed and can do nothing itself: the screen and the keyboard", async () => {
    const pid = path.join(temporaryFolder(), "pid");
    const { url } = await startBroker();
    const words = `sh -c 'echo $$ > ${pid}; exec "$NODE" "$MQTK" top ${url}'; until stty -a | grep -q '^isig'; do :; done`;
    const top = startOnTerminal(script as string, words);
    await top.waitFor(/waiting for messages/);
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
    const all = await top.ended; // it ends when keys are Ctrl-C and the like again
    expect(shownScreen(all).isAsItWas).toBe(true);
    expect(all.split("1049l")).toHaveLength(2);
  });
});
