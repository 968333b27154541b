import { defineCommand, operand, optionalOperand, type ValuesOf } from "../../command.ts";
import { flag, group } from "../../option.ts";
import { outputOptions } from "../../options/output.ts";
import { storableGroups } from "../../profiles/storable.ts";
import { choice, profileName } from "../../value-types.ts";

const keeping = group("Profile", () => ({
  force: flag({ flags: "--force", summary: "add: replace a profile that exists" }),
  storePassword: flag({
    flags: "--store-password",
    summary: "add: keep the password itself, asked for now or from --password-file, -fd or -command",
  }),
  json: flag({ flags: "--json", summary: "list, show: print JSON" }),
}));

export const profileDefinition = defineCommand({
  name: "profile",
  summary: "name a way to connect, for --profile",
  description:
    "Keeps options under a name, which --profile NAME or MQTK_PROFILE gives to pub, sub, rr, reply and bench: how to reach a broker, who we are, TLS, proxies, sessions, wills. What is said on the command line or in the environment comes first. Each profile is a TOML file that only its owner can read, below ~/.config/mqtk/profiles. list and show never print passwords.",
  operands: {
    action: operand(
      choice<"add" | "list" | "show" | "remove">({ add: "add", list: "list", show: "show", remove: "remove" }),
      "add, list, show or remove",
    ),
    name: optionalOperand(profileName, "the name of the profile"),
  },
  groups: [keeping, ...storableGroups, outputOptions],
  typedGroups: storableGroups,
  examples: [
    {
      line: "mqtk profile add plant -L mqtts://broker.plant -u ann --ask-password",
      meaning: "ask for the password each time",
    },
    { line: "mqtk profile add plant -h broker.plant -u ann --store-password", meaning: "ask for it now, and keep it" },
    { line: "mqtk sub --profile plant -t 'press/#'", meaning: "connect that way" },
    { line: "mqtk profile list", meaning: "what there is" },
  ],
});
export type ProfileValues = ValuesOf<typeof profileDefinition>;
