import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { UsageError } from "../errors.ts";
import type { ConnectionValues } from "./options/connection.ts";
import type { CredentialValues } from "./options/credentials.ts";
import { reasonOf } from "./system-reason.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** A command may ask for a passphrase, and nothing waits forever; in milliseconds. */
const COMMAND_TIMEOUT = 60_000;

/** The password from wherever `--password-…` says; undefined where nothing does. */
export async function passwordFrom(
  values: CredentialValues & Pick<ConnectionValues, "password">,
  terminal: Terminal,
  limit = COMMAND_TIMEOUT,
): Promise<string | undefined> {
  const { password, passwordFile, passwordFd, passwordCommand, askPassword } = values;
  const given = [
    ...(password === undefined ? [] : ["--password"]),
    ...(passwordFile === undefined ? [] : ["--password-file"]),
    ...(passwordFd === undefined ? [] : ["--password-fd"]),
    ...(passwordCommand === undefined ? [] : ["--password-command"]),
    ...(askPassword ? ["--ask-password"] : []),
  ];
  if (given.length > 1) throw new UsageError(`${given.join(" and ")} contradict each other`, "give one of them");
  if (passwordFile !== undefined) return firstLine(read("--password-file", passwordFile, passwordFile));
  if (passwordFd !== undefined) return firstLine(read("--password-fd", passwordFd, `descriptor ${passwordFd}`));
  if (passwordCommand !== undefined) return firstLine(await outputOf(passwordCommand, limit));
  if (!askPassword) return undefined;
  const { askSecret } = await import("./terminal/ask-secret.ts");
  const answer = await askSecret("password: ", terminal);
  if (answer === undefined) throw new UsageError("--ask-password: there is no terminal", "try --password-file");
  return answer;
}

function read(option: string, place: string | number, name: string): string {
  try {
    return readFileSync(place, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${name}: ${reasonOf(error)}`);
  }
}

async function outputOf(command: string, timeout: number): Promise<string> {
  const [program = "", ...words] = command.split(" ").filter((word) => word !== "");
  if (program === "") throw new UsageError("--password-command is empty");
  try {
    return (await promisify(execFile)(program, words, { timeout })).stdout;
  } catch (error) {
    const { code, stderr = "", killed } = error as Partial<{ code: unknown; stderr: string; killed: boolean }>;
    const said = stderr.trim().split("\n").at(-1);
    const how =
      killed && code === null
        ? `it took longer than ${timeout / 1000} s`
        : typeof code === "number"
          ? `it ended with ${code}${said ? `: ${said}` : ""}`
          : reasonOf(error);
    throw new UsageError(`--password-command: ${program} told no password: ${how}`);
  }
}

function firstLine(text: string): string {
  return text.replace(/\r?\n[\s\S]*$/, "");
}
