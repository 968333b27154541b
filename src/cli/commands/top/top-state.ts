import type { Key } from "./keys.ts";
import { retainedBelow, type TopicModel } from "./topic-model.ts";
import type { TopicNode } from "./topic-node.ts";

const SORTS = ["name", "rate", "messages"] as const;
export type Sort = (typeof SORTS)[number];

/** What keys can ask for beyond the picture. */
export interface Actions {
  /** Clears the retained messages of these topics at the broker. */
  clear(topics: readonly string[]): void;
  leave(): void;
}

/** What people look at, and what keys do to it. */
export class TopState {
  readonly model: TopicModel;
  readonly #actions: Actions;
  view: "tree" | "topic" | "broker" = "tree";
  selected: TopicNode | undefined;
  sort: Sort = "name";
  search = "";
  isSearching = false;
  /** Topics whose retained messages are cleared when the answer is yes. */
  toClear: readonly string[] | undefined;
  /** Which number of a topic is drawn. */
  field = 0;
  /** Lines that are scrolled away at the top. */
  top = 0;
  /** Lines that the last picture had for the list. */
  room = 10;

  constructor(model: TopicModel, actions: Actions) {
    this.model = model;
    this.#actions = actions;
  }

  /** The lines of the tree, by the sort, unfolded as they are; with a search only what leads to a topic that has it. */
  get rows(): readonly TopicNode[] {
    const rows: TopicNode[] = [];
    const wanted = this.search.toLowerCase();
    const visit = (node: TopicNode, topic: string): boolean => {
      const at = rows.length;
      if (node.depth >= 0) rows.push(node);
      let isWanted = wanted === "" || (node.latest !== undefined && topic.includes(wanted));
      if (node.isOpen || wanted !== "") {
        for (const child of this.#sorted(node)) {
          const below = topic === "" && node.depth < 0 ? child.name : `${topic}/${child.name}`;
          isWanted = visit(child, wanted === "" ? "" : below.toLowerCase()) || isWanted;
        }
      }
      if (!isWanted) rows.length = at;
      return isWanted;
    };
    visit(this.model.root, "");
    return rows;
  }

  key(key: Key): void {
    if (key === "interrupt") this.#actions.leave();
    else if (this.toClear !== undefined) this.#answer(this.toClear, key);
    else if (this.isSearching) this.#type(key);
    else if (key === "q") this.#actions.leave();
    else if (key === "$") this.view = this.view === "broker" ? "tree" : "broker";
    else if (key === "d") this.#ask();
    else if (this.view === "tree") this.#inTree(key);
    else this.#elsewhere(key);
  }

  #inTree(key: Key): void {
    const node = this.selected;
    if (key === "/") this.isSearching = true;
    else if (key === "s") this.sort = SORTS[(SORTS.indexOf(this.sort) + 1) % SORTS.length] as Sort;
    else if (key === "escape") this.search = "";
    else if (key === "enter" && node?.latest !== undefined) this.#open(node);
    else if (key === "enter" || key === " ") this.#fold(node, !node?.isOpen);
    else if (key === "right" || key === "l") this.#right(node);
    else if (key === "left" || key === "h") this.#left(node);
    else if (key === "*") for (const row of this.rows) this.#fold(row, true);
    else this.#move(key);
  }

  /** In a view of one topic, or of the broker. */
  #elsewhere(key: Key): void {
    if (key === "escape" || key === "left" || key === "h" || key === "backspace") {
      if (this.view === "topic") this.#close();
      this.view = "tree";
    } else if (key === "f") this.field++;
    else if (this.view === "topic") {
      const { latest } = this.selected ?? {};
      this.#move(key, (node) => node.latest !== undefined);
      if (latest !== this.selected?.latest && this.selected !== undefined) {
        if (latest !== undefined) latest.isLookedAt = false;
        this.#open(this.selected);
      }
    }
  }

  #open(node: TopicNode): void {
    this.view = "topic";
    this.field = 0;
    if (node.latest !== undefined) node.latest.isLookedAt = true;
  }

  #close(): void {
    if (this.selected?.latest !== undefined) this.selected.latest.isLookedAt = false;
  }

  #type(key: Key): void {
    if (key === "escape") this.search = "";
    if (key === "escape" || key === "enter") this.isSearching = false;
    else if (key === "backspace") this.search = [...this.search].slice(0, -1).join("");
    else if (key === "up" || key === "down") this.#move(key);
    else if ([...key].length === 1) this.search += key;
  }

  #ask(): void {
    if (this.selected === undefined || this.view === "broker") return;
    const { latest } = this.selected;
    const topics =
      this.view === "topic" ? (latest?.isRetained ? [this.selected.topic] : []) : retainedBelow(this.selected);
    if (topics.length > 0) this.toClear = topics;
  }

  #answer(topics: readonly string[], key: Key): void {
    this.toClear = undefined;
    if (key === "y" || key === "Y") this.#actions.clear(topics);
  }

  #right(node: TopicNode | undefined): void {
    if (node === undefined) return;
    if (node.children.size > 0 && !node.isOpen) node.isOpen = true;
    else if (node.children.size > 0) this.#move("down");
    else this.#open(node);
  }

  #left(node: TopicNode | undefined): void {
    if (node === undefined) return;
    if (node.isOpen && node.children.size > 0) node.isOpen = false;
    else if (node.parent !== undefined && node.parent.depth >= 0) this.selected = node.parent;
  }

  #fold(node: TopicNode | undefined, isOpen: boolean): void {
    if (node !== undefined && node.children.size > 0) node.isOpen = isOpen;
  }

  #move(key: Key, isPlace: (node: TopicNode) => boolean = () => true): void {
    const rows = this.rows.filter(isPlace);
    const at = this.selected === undefined ? -1 : rows.indexOf(this.selected);
    const steps: Readonly<Record<Key, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      "page-up": -this.room,
      "page-down": this.room,
      home: -rows.length,
      g: -rows.length,
      end: rows.length,
      G: rows.length,
    };
    const step = steps[key];
    if (step !== undefined) this.selected = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  }

  #sorted(node: TopicNode): readonly TopicNode[] {
    const { sort } = this;
    return sort === "name" ? node.byName : node.byName.toSorted((one, other) => other[sort] - one[sort]);
  }
}
