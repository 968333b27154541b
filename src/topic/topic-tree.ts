/** So many nodes are looked at in one go. */
const STRETCH = 1000;

/** One level of a tree of filters or topics. Children are created only where there are any. */
interface Node<Value> {
  readonly level: string;
  readonly parent: Node<Value> | undefined;
  children: Map<string, Node<Value>> | undefined;
  /** The children `+` and `#`, which every lookup asks for: without them, 8192 filters that all match took twice as long. */
  single: Node<Value> | undefined;
  rest: Node<Value> | undefined;
  value: Value | undefined;
}

/**
 * Values by Topic Filter or by Topic Name, level by level. All walks keep their own stack: a topic of 65,535 levels is
 * legal. A walk visits a node at most once, so its work is bounded by the size of the tree.
 */
export class TopicTree<Value> {
  private readonly root: Node<Value> = node("", undefined);
  private count = 0;

  /** How many filters or topics have a value. */
  get size(): number {
    return this.count;
  }

  get(levels: readonly string[]): Value | undefined {
    return this.find(levels)?.value;
  }

  /** Sets the value of exactly these levels; gives the one that was there. */
  set(levels: readonly string[], value: Value): Value | undefined {
    let at = this.root;
    for (const level of levels) {
      at.children ??= new Map();
      let child = at.children.get(level);
      if (child === undefined) {
        child = node(level, at);
        at.children.set(level, child);
        if (level === "+") {
          at.single = child;
        } else if (level === "#") {
          at.rest = child;
        }
      }
      at = child;
    }
    const before = at.value;
    at.value = value;
    if (before === undefined) {
      this.count += 1;
    }
    return before;
  }

  /** Removes the value of exactly these levels, and the levels that led only to it. */
  delete(levels: readonly string[]): Value | undefined {
    let at = this.find(levels);
    const value = at?.value;
    if (at === undefined || value === undefined) {
      return undefined;
    }
    at.value = undefined;
    this.count -= 1;
    while (at.parent !== undefined && at.value === undefined && at.children === undefined) {
      const parent: Node<Value> = at.parent;
      parent.children?.delete(at.level);
      if (parent.single === at) {
        parent.single = undefined;
      } else if (parent.rest === at) {
        parent.rest = undefined;
      }
      if (parent.children?.size === 0) {
        parent.children = undefined;
      }
      at = parent;
    }
    return value;
  }

  /** Visits the values of all filters that match the topic. Gives how many nodes of the tree were looked at. */
  match(topic: readonly string[], visit: (value: Value) => void): number {
    const isSystem = topic[0]?.startsWith("$") === true;
    const nodes = [this.root];
    const depths = [0];
    let visited = 0;
    for (let at = nodes.pop(); at !== undefined; at = nodes.pop()) {
      visited += 1;
      const depth = depths.pop() as number;
      const mayWildcard = depth > 0 || !isSystem;
      const rest = mayWildcard ? at.rest : undefined;
      if (rest?.value !== undefined) {
        visit(rest.value);
      }
      if (depth === topic.length) {
        if (at.value !== undefined) {
          visit(at.value);
        }
        continue;
      }
      if (at.children === undefined) {
        continue;
      }
      const level = topic[depth] as string;
      const exact = level === "+" || level === "#" ? undefined : at.children.get(level);
      const single = mayWildcard ? at.single : undefined;
      if (exact !== undefined) {
        nodes.push(exact);
        depths.push(depth + 1);
      }
      if (single !== undefined) {
        nodes.push(single);
        depths.push(depth + 1);
      }
    }
    return visited;
  }

  /** All values. */
  *values(): Generator<Value> {
    const nodes = [this.root];
    for (let at = nodes.pop(); at !== undefined; at = nodes.pop()) {
      if (at.value !== undefined) {
        yield at.value;
      }
      for (const child of at.children?.values() ?? []) {
        nodes.push(child);
      }
    }
  }

  /**
   * The values of all topics that the filter matches, one after the other: the tree may change between two of them.
   * Now and then `undefined`, after a stretch of topics that were looked at: a place to stop for a while.
   */
  *matching(filter: readonly string[]): Generator<Value | undefined> {
    const first = filter[0];
    const isWildcard = first === "+" || first === "#";
    // One iterator per level instead of a list of nodes: millions of siblings cost nothing until it is their turn.
    const walks: { nodes: Iterator<Node<Value>>; depth: number }[] = [{ nodes: [this.root].values(), depth: 0 }];
    let visited = 0;
    for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
      visited += 1;
      if (visited % STRETCH === 0) {
        yield undefined;
      }
      const step = walk.nodes.next();
      if (step.done === true) {
        walks.pop();
        continue;
      }
      const at = step.value;
      if (isWildcard && at.parent === this.root && at.level.startsWith("$")) {
        continue;
      }
      const level = filter[walk.depth];
      if ((level === undefined || level === "#") && at.value !== undefined) {
        yield at.value;
      }
      if (level === undefined || at.children === undefined) {
        continue;
      }
      if (level === "#") {
        walks.push({ nodes: at.children.values(), depth: walk.depth });
      } else if (level === "+") {
        walks.push({ nodes: at.children.values(), depth: walk.depth + 1 });
      } else {
        const child = at.children.get(level);
        if (child !== undefined) {
          walks.push({ nodes: [child].values(), depth: walk.depth + 1 });
        }
      }
    }
  }

  private find(levels: readonly string[]): Node<Value> | undefined {
    let at: Node<Value> | undefined = this.root;
    for (const level of levels) {
      at = at.children?.get(level);
      if (at === undefined) {
        return undefined;
      }
    }
    return at;
  }
}

function node<Value>(level: string, parent: Node<Value> | undefined): Node<Value> {
  return { level, parent, children: undefined, single: undefined, rest: undefined, value: undefined };
}
