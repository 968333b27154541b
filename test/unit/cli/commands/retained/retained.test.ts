import { beforeEach, describe, expect, test } from "vitest";
import { type Ended, Witness } from "../../../../support/in-process.ts";

describe("with three retained messages", () => {
  let witness: Witness;
  beforeEach(async () => {
    witness = await Witness.start();
    await witness.run(["pub", "-r", "-q", "1", "-t", "p/1", "-m", "on"]);
    await witness.run(["pub", "-r", "-q", "2", "-t", "p/2", "-m", "1b5b324a", "--encode", "hex"]);
    await witness.run(["pub", "-r", "-t", "q", "-m", "x".repeat(300)]);
    await witness.saw(3);
  });
  const retained = (...words: string[]): Promise<Ended> => witness.run(["retained", ...words]);
  const left = async (): Promise<string[]> =>
    (await retained("list", "--json")).stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line).topic)
      .sort();

  test("list shows QoS, bytes, topic and payload; nothing acts on the terminal", async () => {
    const { code, stdout, stderr } = await retained("list", "p/#");
    expect(stdout.split("\n").sort()).toEqual(["", "1        2  p/1  on", "2        4  p/2  \\x1b[2J"]);
    expect(stderr).toBe("mqtk: 2 retained messages, 6 bytes\n");
    expect(code).toBe(0);
    const all = await witness.run(["retained", "list", "-T", "p/+"], { tty: true });
    expect(all.stdout).toBe(`0      300  q  ${"x".repeat(64)}…\n`);
    expect((await retained("list", "none/#")).stderr).toBe("mqtk: 0 retained messages, 0 bytes\n");
  });

  test("clear clears what matches, and only with --yes where nobody can be asked", async () => {
    expect(await retained("clear", "p/#", "--dry-run")).toMatchObject({
      code: 0,
      stderr: "mqtk: 2 retained messages would be cleared\n",
    });
    expect(await left()).toEqual(["p/1", "p/2", "q"]);
    expect(await retained("clear", "#", "-T", "p/1", "-T", "q", "--yes")).toEqual({
      code: 0,
      stdout: "",
      stderr: "mqtk: cleared 1 of 1 retained message\n",
    });
    expect(await left()).toEqual(["p/1", "q"]);
    expect((await retained("clear", "none", "--yes")).stderr).toBe("mqtk: there is no retained message at none\n");
    await retained("clear", "#", "-y");
    expect(await left()).toEqual([]);
  });
});

test.each([
  [["clear"], "clear needs a topic filter"],
  [["list", "--yes"], "--yes has no meaning with list"],
  [["list", "$share/g/a"], "a shared subscription gets no retained messages"],
  [["purge"], "expected list or clear"],
  [["list", "a/#/b"], "expected a topic filter"],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(["retained", ...words]);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
