import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { runProgram } from "../../src/cli/program.ts";
import { memoryTerminal } from "./memory-terminal.ts";

export interface InProcessOptions {
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The whole program in this process, on a terminal in memory: where the process itself is not the point. */
export async function mqtk(words: readonly string[], options: InProcessOptions = {}) {
  const { terminal, stdout, stderr } = memoryTerminal(options);
  const code = await runProgram(words, commands, terminal);
  return { code, stdout: await stdout(), stderr: await stderr() };
}

/** A folder that goes when the test does. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
