import { expect, test } from "vitest";
import { reportError } from "../../../src/cli/report-error.ts";
import { MqtkError, UsageError } from "../../../src/errors.ts";
import { memoryTerminal } from "../../support/memory-terminal.ts";

const report = async (error: unknown, asJson = false): Promise<{ exitCode: number; text: string }> => {
  const { terminal, stderr } = memoryTerminal();
  const exitCode = reportError(error, terminal, { asJson });
  return { exitCode, text: await stderr() };
};
const refused = (reasonCode: number, reasonString?: string): MqtkError =>
  Object.assign(new MqtkError("refused", "host:1883 refused the connection"), { reasonCode, reasonString });

test("what happened, and what to try", async () => {
  expect(await report(new UsageError("--qos 3: expected 0, 1 or 2"))).toEqual({
    exitCode: 2,
    text: "mqtk: --qos 3: expected 0, 1 or 2\n",
  });
  expect((await report(new UsageError("unknown command pbu", "did you mean mqtk pub?"))).text).toBe(
    "mqtk: unknown command pbu\n      did you mean mqtk pub?\n",
  );
});

test("a refusal for the password names the options", async () => {
  expect((await report(refused(0x86))).text).toContain("check --username and --password");
});

test("nothing in a message acts on the terminal", async () => {
  const { text } = await report(new MqtkError("refused", "go\u001b]0;pwn\u0007 away\n[INFO] admin logged in\u202e"));
  expect(text).toBe("mqtk: go\\x1b]0;pwn\\x07 away\\x0a[INFO] admin logged in\\u202e\n");
});

test("as JSON the same facts are keys", async () => {
  const { exitCode, text } = await report(refused(0x87, "no\n\u001b"), true);
  expect(exitCode).toBe(4);
  expect(text.trimEnd()).not.toContain("\n");
  expect(JSON.parse(text)).toEqual({
    error: {
      code: "refused",
      message: "host:1883 refused the connection",
      hint: "check --username and --password, or ask the broker's owner for the right",
      exitCode: 4,
      reasonCode: 0x87,
      reasonString: "no\n\u001b",
    },
  });
});

test("an unexpected error asks for a report with all that is needed", async () => {
  const { exitCode, text } = await report(new TypeError("x is not a function"));
  expect(exitCode).toBe(1);
  expect(text).toMatch(/^mqtk: x is not a function\n {6}this is a bug in mqtk: please report it/);
  expect(text).toContain(`Node.js ${process.version}`);
  expect(text).toContain("report-error.test.ts");
});

test("what is thrown need not be an error", async () => {
  expect(await report(undefined)).toMatchObject({ exitCode: 1 });
  expect(JSON.parse((await report("text", true)).text)).toMatchObject({ error: { code: "failure", message: "text" } });
});
