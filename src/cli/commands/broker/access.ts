import { type Passwords, parsePasswordFile, parseUser, type UsersOptions } from "../../../broker/index.ts";
import { UsageError } from "../../../errors.ts";
import { readTextFile } from "../../read-file.ts";
import type { BrokerValues } from "./definition.ts";

/** Who may come in: `--user`, `--password-file`, `--allow-anonymous`. Throws UsageError where that cannot be read. */
export function usersOptionsFrom(values: BrokerValues): UsersOptions {
  const passwords = passwordsFrom(values);
  return { passwords, allowsAnonymous: values.allowAnonymous || passwords === undefined };
}

function passwordsFrom({ users, passwordFile }: BrokerValues): Passwords | undefined {
  if (users.length === 0 && passwordFile === undefined) return undefined;
  const passwords = new Map(passwordFile === undefined ? [] : readPasswordFile(passwordFile));
  for (const user of users) {
    const [name, hash] = under("--user", () => parseUser(user));
    passwords.set(name, hash);
  }
  return passwords;
}

function readPasswordFile(file: string): Passwords {
  const text = readTextFile("--password-file", file);
  return under(`--password-file: ${file}`, () => parsePasswordFile(text));
}

function under<Value>(place: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${place}: ${error.message}`, error.hint) : error;
  }
}
