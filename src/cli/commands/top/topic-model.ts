import type { ReceivedMessage } from "../../../client/index.ts";
import { propertiesAsText } from "../../live/property-line.ts";
import type { Decoding, Kept } from "./decoding.ts";
import { Latest, TopicNode } from "./topic-node.ts";

/** Topics that get a place in the tree, levels of it, and characters of their names. */
const TOPICS = 10_000;
const NODES = 40_000;
const NAMES = 8 * 1024 * 1024;
/** Levels of a topic; the rest of a deeper one is one level. */
const LEVELS = 32;
/** The tree starts unfolded as long as it is small. */
const UNFOLDED = 60;
const DETAILS = 400;
/** Figures that a broker tells of itself, and characters of each. */
const SYS = { figures: 500, characters: 200 };
/** Seconds of the broker's rate. */
const PAST = 60;

export type ModelMessage = Pick<ReceivedMessage, "topic" | "payload" | "qos" | "retain" | "properties">;

/** What was seen of a broker: its topics as a tree, and what it tells of itself. Its memory has a bound. */
export class TopicModel {
  readonly root = new TopicNode("", undefined, true);
  /** Below $SYS, by topic. */
  readonly sys = new Map<string, string>();
  /** Messages in each of the last seconds. */
  readonly past: number[] = [];
  messages = 0;
  bytes = 0;
  rate = 0;
  byteRate = 0;
  /** Messages of topics that got no place in the tree. */
  unplaced = 0;
  readonly #decoding: Decoding | undefined;
  readonly #leaves = new Map<string, TopicNode>();
  readonly #nodes: TopicNode[] = [this.root];
  #names = 0;
  #before = { messages: 0, bytes: 0 };

  /** @param decoding where payloads are to be shown as more than they are */
  constructor(decoding?: Decoding) {
    this.#decoding = decoding;
  }

  get topics(): number {
    return this.root.topics;
  }

  /** One message; `at`: milliseconds since 1970. */
  take(message: ModelMessage, at: number): void {
    const { topic, payload } = message;
    if (topic.startsWith("$SYS/")) {
      if (this.sys.has(topic) || this.sys.size < SYS.figures) {
        this.sys.set(topic, payload.toString("utf8", 0, Math.min(payload.length, SYS.characters)));
      }
      return;
    }
    this.messages++;
    this.bytes += payload.length;
    const leaf = this.#leaves.get(topic) ?? this.#place(topic);
    if (leaf === undefined) {
      this.unplaced++;
      return;
    }
    const latest = leaf.latest as Latest;
    const decoding = this.#decoding;
    latest.take(payload, at, decoding && { text: decoding.arriving(topic, payload) });
    latest.qos = message.qos;
    if (message.retain) latest.isRetained = payload.length > 0;
    const { properties } = message;
    for (const _ in properties) {
      latest.details = propertiesAsText(properties).join(" · ").slice(0, DETAILS);
      break;
    }
    for (let node: TopicNode | undefined = leaf; node !== undefined; node = node.parent) node.messages++;
  }

  /** The beginning of what a payload of this topic says; a character a byte. */
  textOf(node: TopicNode, kept: Kept): string {
    return this.#decoding === undefined ? kept.payload : this.#decoding.of(node.topic, kept);
  }

  /** Once in a while: rates are made. */
  tick(seconds: number): void {
    for (const node of this.#nodes) node.tick(seconds);
    const messages = (this.messages - this.#before.messages) / seconds;
    const bytes = (this.bytes - this.#before.bytes) / seconds;
    this.rate += (messages - this.rate) * (this.rate === 0 ? 1 : 0.3);
    this.byteRate += (bytes - this.byteRate) * (this.byteRate === 0 ? 1 : 0.3);
    this.#before = { messages: this.messages, bytes: this.bytes };
    if (this.past.push(messages) > PAST) this.past.shift();
  }

  /** The broker keeps nothing of this topic any more. */
  cleared(topic: string): void {
    const latest = this.#leaves.get(topic)?.latest;
    if (latest !== undefined) latest.isRetained = false;
  }

  #place(topic: string): TopicNode | undefined {
    if (this.#leaves.size >= TOPICS || this.#nodes.length >= NODES || this.#names + topic.length > NAMES)
      return undefined;
    const levels = topic.split("/", LEVELS + 1);
    if (levels.length > LEVELS) {
      const beginning = levels.slice(0, LEVELS - 1);
      levels.splice(0, levels.length, ...beginning, topic.slice(beginning.join("/").length + 1));
    }
    let node = this.root;
    for (const name of levels) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = new TopicNode(name, node, this.#nodes.length < UNFOLDED);
        node.children.set(name, child);
        this.#nodes.push(child);
      }
      node = child;
    }
    this.#names += topic.length;
    node.latest = new Latest();
    this.#leaves.set(topic, node);
    for (let above: TopicNode | undefined = node; above !== undefined; above = above.parent) above.topics++;
    return node;
  }
}

/** Topics from here down of which the broker keeps a message. */
export function retainedBelow(node: TopicNode): readonly string[] {
  const topics = [...node.children.values()].flatMap(retainedBelow);
  return node.latest?.isRetained ? [node.topic, ...topics] : topics;
}
