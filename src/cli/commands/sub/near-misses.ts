import type { Condition, Expression, Side } from "../../expression/expression.ts";
import type { MessageFacts } from "../../expression/message-facts.ts";
import { type Glimpse, glimpseOf, shortened } from "./glimpse.ts";

/** A message that came close. */
export interface NearMiss {
  readonly message: Glimpse;
  /** The first condition that it did not satisfy. */
  readonly condition: string;
  /** What was the matter: "it is 29.5", "No such key: temperature". */
  readonly reason: string;
  /** How many conditions it satisfied. */
  readonly satisfied: number;
  /** How far a number was away, where the condition compares numbers. */
  readonly distance: number;
}

/** So many are kept. */
const KEPT = 3;

/** The messages that came closest to satisfying an expression: by conditions satisfied, by numbers, and by time. */
export class NearMisses {
  readonly #expression: Expression;
  #nearest: NearMiss[] = [];

  constructor(expression: Expression) {
    this.#expression = expression;
  }

  get nearest(): readonly NearMiss[] {
    return this.#nearest;
  }

  /** Looks at a message that does not satisfy the expression. */
  add(facts: MessageFacts): void {
    const { conditions } = this.#expression;
    const failed = conditions.filter((condition) => !condition.judge(facts).isMet);
    const satisfied = conditions.length - failed.length;
    const [condition = conditions[0] as Condition] = failed;
    const sides = condition.sides(facts);
    const distance = distanceOf(sides);
    const before = this.#nearest.findIndex((miss) => !isNearer(miss, satisfied, distance));
    if (before === -1 && this.#nearest.length === KEPT) return;
    const reason = condition.judge(facts).problem ?? reasonFrom(sides);
    const miss = { message: glimpseOf(facts), condition: condition.text, reason, satisfied, distance };
    this.#nearest.splice(before === -1 ? this.#nearest.length : before, 0, miss);
    this.#nearest = this.#nearest.slice(0, KEPT);
  }
}

function isNearer(miss: NearMiss, satisfied: number, distance: number): boolean {
  return miss.satisfied > satisfied || (miss.satisfied === satisfied && miss.distance < distance);
}

/** Where nothing can be measured, as far as can be. */
function distanceOf(sides: readonly Side[]): number {
  const [left, right] = sides.map(({ value }) =>
    typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN,
  );
  const distance = left === undefined || right === undefined ? Number.NaN : Math.abs(left - right);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

function reasonFrom(sides: readonly Side[]): string {
  const values = sides.filter(({ isConstant }) => !isConstant).map(({ value }) => shown(value));
  return values.length === 0 ? "it is false" : `it is ${values.join(" and ")}`;
}

function shown(value: unknown): string {
  return shortened(
    JSON.stringify(value, (_name, inner: unknown) => {
      if (typeof inner === "bigint") return Number(inner);
      return inner instanceof Map ? Object.fromEntries(inner) : inner;
    }) ?? String(value),
  );
}
