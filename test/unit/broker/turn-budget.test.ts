import { describe, expect, test } from "vitest";
import { TurnBudget } from "../../../src/broker/turn-budget.ts";
import { turn } from "../../support/turn.ts";

/** More than a turn may hold, and more than what nobody waits for may take of one. */
const MUCH = 60_000;
const SOME = 15_000;

describe("TurnBudget", () => {
  test("is spent when a turn holds too much, and whole again in the next one", async () => {
    const budget = new TurnBudget();
    budget.spend(MUCH);
    expect(budget.isSpent).toBe(true);
    await turn();
    expect(budget.isSpent).toBe(false);
    budget.spend(MUCH);
    expect(budget.isSpent).toBe(true);
    await turn();
    expect(budget.isSpent).toBe(false);
  });

  test("lets those through who caused little of it", () => {
    const budget = new TurnBudget();
    const before = budget.remaining;
    budget.spend(MUCH);
    expect(budget.isSpentSince(before)).toBe(true);
    const later = budget.remaining;
    budget.spend(100);
    expect(budget.isSpentSince(later)).toBe(false);
  });

  test("who gave way goes on in order, as far as a turn reaches; nothing is lost and nobody overtakes", async () => {
    const budget = new TurnBudget();
    const done: string[] = [];
    const task = (name: string, units: number) => (): void => {
      done.push(name);
      budget.spend(units);
    };
    budget.giveWay(task("a", SOME));
    budget.giveWay(task("b", MUCH));
    budget.giveWay(task("c", 1));
    budget.later(task("x", SOME));
    budget.later(task("y", 1));
    expect(done).toEqual([]);
    await turn();
    expect(done).toEqual(["a", "b", "x"]);
    budget.giveWay(() => budget.later(task("z", 1)));
    await turn();
    expect(done).toEqual(["a", "b", "x", "c", "y", "z"]);
    expect(budget.isSpent).toBe(false);
  });

  test("a task that asks for another turn gets one, behind the others", async () => {
    const budget = new TurnBudget();
    const done: string[] = [];
    const again = (): void => {
      done.push("again");
      budget.spend(SOME);
      if (done.length < 5) budget.later(again);
    };
    budget.later(again);
    budget.later(() => done.push("other"));
    await turn(10);
    expect(done).toEqual(["again", "other", "again", "again", "again"]);
  });
});
