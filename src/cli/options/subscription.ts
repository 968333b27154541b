import { qos, retainHandling, topicFilter } from "../mqtt-types.ts";
import { flag, group, list, value } from "../option.ts";

/** What is subscribed to, and how. */
export const subscriptionOptions = group("Subscription", () => ({
  topics: list(topicFilter, {
    flags: "-t, --topic <filter>",
    summary: "a topic filter, such as plant/+/temperature (may be repeated)",
  }),
  qos: value(qos, {
    flags: "-q, --qos <level>",
    summary: "highest quality of service to receive: 0, 1 or 2",
    default: 0,
  }),
  retainHandling: value(retainHandling, {
    flags: "--retain-handling <when>",
    summary: "get retained messages always, only for new subscriptions, or never (MQTT 5)",
    default: 0,
    defaultText: "always",
  }),
  retainAsPublished: flag({
    flags: "--retain-as-published",
    summary: "keep the retain flag as the publisher set it (MQTT 5)",
  }),
  noLocal: flag({ flags: "--no-local", summary: "no messages that we published ourselves (MQTT 5)" }),
  unsubscribe: list(topicFilter, {
    flags: "-U, --unsubscribe <filter>",
    summary: "take this filter out of the session (may be repeated)",
  }),
  strict: flag({ flags: "--strict", summary: "fail with 4 when any filter is refused, not only when all are" }),
}));
