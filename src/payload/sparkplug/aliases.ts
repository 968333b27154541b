import type { PlainMessage } from "../protobuf/plain.ts";

/** What a birth certificate says of an alias. */
export interface Known {
  readonly name: string;
  readonly datatype: number;
}

/** What is remembered costs at most this, in characters; the node that was not heard of for longest is forgotten first. */
const MAXIMUM_COST = 32 * 1024 * 1024;
/** Beside its name, what an alias or a node costs. */
const OVERHEAD = 100;

/** The aliases of an edge node and its devices. */
interface Node {
  readonly aliases: Map<string, Known>;
  cost: number;
}

/** `spBv1.0/GROUP/TYPE/NODE[/DEVICE]`; STATE is text, not Sparkplug's protobuf. */
const TOPIC = /^spBv1\.0\/([^/]+)\/([ND](?:BIRTH|DATA|CMD|DEATH))\/([^/]+)(?:\/[^/]+)?$/;

/** True for topics whose payloads are Sparkplug B. */
export function isSparkplugTopic(topic: string): boolean {
  return TOPIC.test(topic);
}

/** True for topics of birth certificates, which say what later aliases stand for. */
export function isBirthTopic(topic: string): boolean {
  return TOPIC.exec(topic)?.[2]?.endsWith("BIRTH") ?? false;
}

/** What the birth certificates said that were seen. */
export class AliasBook {
  private readonly nodes = new Map<string, Node>();
  private cost = 0;

  /** The aliases of the node that publishes there, those of these metrics learnt before where it is a birth certificate. */
  aliasesFor(topic: string, metrics: readonly PlainMessage[]): ReadonlyMap<string, Known> | undefined {
    const node = this.nodeFor(topic);
    if (node !== undefined && isBirthTopic(topic)) this.learn(node, metrics);
    return node?.aliases;
  }

  /** A birth certificate of the node makes all that was known of it void. */
  private nodeFor(topic: string): Node | undefined {
    const [, group, type, name] = TOPIC.exec(topic) ?? [];
    if (group === undefined || type === undefined) return undefined;
    const key = `${group}/${name}`;
    const before = this.nodes.get(key);
    if (before === undefined && !type.endsWith("BIRTH")) return undefined; // there is nothing to remember
    if (type === "NBIRTH" && before !== undefined) this.forget(key, before);
    const isKnown = type !== "NBIRTH" && before !== undefined;
    const node = isKnown ? before : { aliases: new Map<string, Known>(), cost: key.length + OVERHEAD };
    if (!isKnown) this.cost += node.cost;
    this.nodes.delete(key); // and to the end: heard of last
    this.nodes.set(key, node);
    return node;
  }

  private learn(node: Node, metrics: readonly PlainMessage[]): void {
    for (const metric of metrics) {
      const name = metric.get("name");
      if (!metric.has("alias") || typeof name !== "string") continue;
      node.aliases.set(String(metric.get("alias")), { name, datatype: Number(metric.get("datatype") ?? 0) });
      node.cost += name.length + OVERHEAD;
      this.cost += name.length + OVERHEAD;
    }
    for (const [key, oldest] of this.nodes) {
      if (this.cost <= MAXIMUM_COST) break;
      this.forget(key, oldest);
    }
  }

  private forget(key: string, node: Node): void {
    this.nodes.delete(key);
    this.cost -= node.cost;
  }
}
