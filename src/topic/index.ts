export { matches, parseTopicFilter, type TopicFilter } from "./topic-filter.ts";
export { isValidTopicBytes, isValidTopicName, topicLevels } from "./topic-name.ts";
export { TopicTree } from "./topic-tree.ts";
