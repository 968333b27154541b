import { flag, group, type OptionValues, value } from "../option.ts";
import { file, integer, text } from "../value-types.ts";

/** All options that say the password: one of them stands for the others where they come behind it. */
export const PASSWORDS = ["password", "passwordFile", "passwordFd", "passwordCommand", "askPassword"];

/** Ways to say the password that no other user of the machine can see. */
export const credentialOptions = group("Password", () => ({
  passwordFile: value(file, {
    flags: "--password-file <file>",
    summary: "read the password from the first line of this file",
    replaces: PASSWORDS,
  }),
  passwordFd: value(integer(0, 1023), {
    flags: "--password-fd <n>",
    summary: "read the password from the first line of this open file: --password-fd 3 3<secret",
    replaces: PASSWORDS,
  }),
  passwordCommand: value(text, {
    flags: "--password-command <command>",
    summary: "run this command (words separated by spaces, no shell) and take the first line that it prints",
    replaces: PASSWORDS,
  }),
  askPassword: flag({
    flags: "--ask-password",
    summary: "ask for the password at the terminal",
    replaces: PASSWORDS,
  }),
}));
export type CredentialValues = OptionValues<typeof credentialOptions.options>;
