import { flag, group, value } from "../option.ts";
import { file, profileName } from "../value-types.ts";

/** Where options come from that are not typed. What is typed comes behind them, and counts. */
export const configurationOptions = group("Configuration", () => ({
  profile: value(profileName, {
    flags: "--profile <name>",
    summary: "take what is not given otherwise from this profile (see mqtk profile)",
  }),
  optionsFile: value(file, {
    flags: "-o, --options-file <file>",
    summary: "read options from this file, one a line, as if they stood first on the command line",
  }),
  mosquittoConfig: flag({
    flags: "--mosquitto-config",
    summary: "the same with the configuration file of mosquitto's client: ~/.config/mosquitto_pub, …",
  }),
}));
