import { UsageError } from "../errors.ts";
import { compileTemplate } from "../payload/index.ts";
import type { Topology } from "./scenario.ts";

/**
 * The same topology with the user's topics, one for each publisher, made once from a template. Throws UsageError where
 * two publishers would have the same.
 */
export function withOwnTopics(topology: Topology, template: string): Topology {
  const compiled = compileTemplate(template, { name: "--topic" });
  const topics = topology.publishers.map((_, i) => compiled.text({ now: Date.now(), seq: 1, i }));
  if (new Set(topics).size < topics.length) {
    throw new UsageError(
      `--topic gives several publishers the same topic, ${topics[0]}`,
      "write {{i}} where its number is to stand",
    );
  }
  const unusable = topics.find((topic) => topic === "" || /[+#\0]/.test(topic));
  if (unusable !== undefined) throw new UsageError(`--topic gives "${unusable}", which cannot be published to`);
  const { responders } = topology;
  const answers = topics.map((topic) => `${topic}/response`);
  return {
    publishers: topics,
    subscribers: topology.subscribers.map((subscriber) => {
      const share = subscriber.group === undefined ? "" : `$share/${subscriber.group}/`;
      const own = responders === undefined ? topics : answers;
      return { ...subscriber, filters: subscriber.streams.map((stream) => `${share}${own[stream]}`) };
    }),
    ...(responders && {
      responders: topics.map((topic, index) => ({ filter: topic, answerTo: answers[index] as string })),
    }),
  };
}
