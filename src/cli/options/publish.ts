import { qos, topicName } from "../mqtt-types.ts";
import { flag, group, value } from "../option.ts";
import { file, text } from "../value-types.ts";

/** What is published, and how. */
export const publishOptions = group("Message", () => ({
  topic: value(topicName, { flags: "-t, --topic <topic>", summary: "where to publish" }),
  message: value(text, { flags: "-m, --message <text>", summary: "publish this text" }),
  file: value(file, { flags: "-f, --file <file>", summary: "publish the contents of a file" }),
  stdinFile: flag({ flags: "-s, --stdin-file", summary: "publish everything from stdin as one message" }),
  stdinLine: flag({ flags: "-l, --stdin-line", summary: "publish each line from stdin as a message" }),
  nullMessage: flag({ flags: "-n, --null-message", summary: "publish an empty message" }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "quality of service: 0, 1 or 2", default: 0 }),
  retain: flag({ flags: "-r, --retain", summary: "the broker keeps the message for later subscribers" }),
}));
