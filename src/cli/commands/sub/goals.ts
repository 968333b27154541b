import type { ReceivedMessage } from "../../../client/index.ts";
import { MqtkError } from "../../../errors.ts";
import { compileExpression, type Expression } from "../../expression/expression.ts";
import { MessageFacts } from "../../expression/message-facts.ts";
import { type Glimpse, glimpseOf, lineOf } from "./glimpse.ts";
import { type NearMiss, NearMisses } from "./near-misses.ts";

/** Of the messages that came last, so many are shown. */
const LAST = 3;
/** Evaluations that take this long, in milliseconds, let timers and Ctrl-C have a turn before the next message. */
const SLOW = 5;

/** What a run waits for: a message that satisfies `--until`, and one for each `--expect`. */
export class Goals {
  /** The last evaluation took long. */
  wasSlow = false;
  readonly #until: Expression | undefined;
  #open: { readonly expression: Expression; readonly misses: NearMisses }[];
  readonly #last: Glimpse[] = [];
  #seen = 0;

  /** Throws UsageError for what is no expression. */
  constructor({ until, expect }: { readonly until: string | undefined; readonly expect: readonly string[] }) {
    this.#until = until === undefined ? undefined : compileExpression(until, "--until");
    const expressions = expect.map((text) => compileExpression(text, "--expect"));
    this.#open = expressions.map((expression) => ({ expression, misses: new NearMisses(expression) }));
  }

  /** An expectation is not met yet. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** Looks at the next message; answers whether the run has come to its goal. */
  take(message: ReceivedMessage): boolean {
    const started = performance.now();
    const facts = new MessageFacts(message);
    const wasOpen = this.isOpen;
    this.#seen += 1;
    if (wasOpen) {
      this.#open = this.#open.filter(({ expression, misses }) => {
        if (expression.judge(facts).isMet) return false;
        misses.add(facts);
        return true;
      });
      if (this.#last.push(glimpseOf(facts)) > LAST) this.#last.shift();
    }
    const isOver = (wasOpen && !this.isOpen) || (this.#until?.judge(facts).isMet ?? false);
    this.wasSlow = performance.now() - started > SLOW;
    return isOver;
  }

  /** What to throw where the run ends with expectations that are not met; `ending` is what ended it. */
  failure(ending: string): MqtkError {
    const unmet = this.#open.map(({ expression, misses }) => ({ expect: expression.text, nearest: misses.nearest }));
    return new ExpectationError(ending, this.#seen, unmet, this.#last);
  }
}

interface Unmet {
  readonly expect: string;
  readonly nearest: readonly NearMiss[];
}

class ExpectationError extends MqtkError {
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(ending: string, seen: number, unmet: readonly Unmet[], last: readonly Glimpse[]) {
    const [first] = unmet;
    const what = unmet.length === 1 ? first?.expect : `${unmet.length} expectations`;
    super("delivery", `not met before the end (${ending}): ${what}`, { details: detailsFrom(seen, unmet, last) });
    this.facts = { ending, seen, unmet: unmet.map(forPrograms), last };
  }
}

function forPrograms({ expect, nearest }: Unmet): object {
  const listed = nearest.map(({ message, condition, reason, satisfied }) => ({
    ...message,
    satisfied,
    condition,
    reason,
  }));
  return { expect, nearest: listed };
}

function detailsFrom(seen: number, unmet: readonly Unmet[], last: readonly Glimpse[]): readonly string[] {
  if (seen === 0) return [...expectationsOf(unmet), "no message came"];
  const lines = [`${seen === 1 ? "1 message" : `${seen} messages`} came`];
  for (const { expect, nearest } of unmet) {
    lines.push(unmet.length === 1 ? "nearest:" : `nearest to ${expect}:`);
    for (const { message, condition, reason } of nearest) {
      lines.push(`  ${lineOf(message)}`);
      // A problem of the language itself is told in its words: "No such key: temperature".
      lines.push(`    ${condition}: ${reason}`);
    }
  }
  const names = last.map((message) => `  ${lineOf(message)}`);
  return [...lines, last.length === 1 ? "last:" : `last ${last.length}:`, ...names];
}

function expectationsOf(unmet: readonly Unmet[]): readonly string[] {
  return unmet.length === 1 ? [] : unmet.map(({ expect }) => `  ${expect}`);
}
