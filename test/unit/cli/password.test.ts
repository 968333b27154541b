import { expect, test } from "vitest";
import { passwordFrom } from "../../../src/cli/password.ts";
import { memoryTerminal } from "../../support/memory-terminal.ts";

const from = (passwordCommand: string, limit?: number): Promise<string | undefined> =>
  passwordFrom(
    { passwordCommand, password: undefined, passwordFile: undefined, passwordFd: undefined, askPassword: false },
    memoryTerminal().terminal,
    limit,
  );

test("--password-command: its first line, unless it fails or takes too long", async () => {
  expect(await from("printf pass\\nmore")).toBe("pass");
  await expect(from("false")).rejects.toThrow("--password-command: false told no password: it ended with 1");
  await expect(from("sleep 60", 50)).rejects.toThrow("sleep told no password: it took longer than 0.05 s");
});
