import { UsageError } from "../../errors.ts";
import { type PasswordHash, passwordHashFrom } from "./password-hash.ts";

/** Passwords by user name. */
export type Passwords = ReadonlyMap<string, PasswordHash>;

/**
 * Reads a password file: a line `NAME:PASSWORD` or `NAME:HASH` for each user, as mosquitto's are; empty lines and those
 * that begin with # are for people. Throws UsageError, naming the line, where one cannot be read: half a file would let
 * the wrong ones in or keep the right ones out.
 */
export function parsePasswordFile(text: string): Passwords {
  const passwords = new Map<string, PasswordHash>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    try {
      const [name, hash] = parseUser(line);
      if (passwords.has(name)) throw new UsageError(`the user ${name} stands there twice`);
      passwords.set(name, hash);
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`line ${index + 1}: ${error.message}`, error.hint) : error;
    }
  }
  return passwords;
}

/** Reads `NAME:PASSWORD` or `NAME:HASH`. Throws UsageError without repeating the password. */
export function parseUser(text: string): readonly [name: string, hash: PasswordHash] {
  const colon = text.indexOf(":");
  if (colon === -1) throw new UsageError("a user is written NAME:PASSWORD, and the colon is missing");
  const name = text.slice(0, colon);
  const password = text.slice(colon + 1);
  if (name === "") throw new UsageError("the user name in front of the colon is missing");
  if (password === "") throw new UsageError(`the password of ${name} is missing`);
  return [name, passwordHashFrom(password)];
}
