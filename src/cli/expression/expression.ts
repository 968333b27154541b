import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { UsageError } from "../../errors.ts";
import { factTypes, type MessageFacts } from "./message-facts.ts";
import { withTimeLimit } from "./time-limit.ts";

/** What an expression says of a message. */
export interface Verdict {
  readonly isMet: boolean;
  /** Why it could not be evaluated, or gave something else than true or false. */
  readonly problem: string | undefined;
}

/** An expression over one message, in the Common Expression Language (CEL). */
export interface Expression {
  readonly text: string;
  /** Its conditions, where it joins several with `&&`; else itself alone. */
  readonly conditions: readonly Condition[];
  /** Whether the message satisfies it; one for which it cannot be evaluated does not. Never throws. */
  judge(facts: MessageFacts): Verdict;
}

/** A part of an expression that can be looked at by itself. */
export interface Condition {
  readonly text: string;
  judge(facts: MessageFacts): Verdict;
  /** The two sides of a comparison; none for other conditions, and where they cannot be evaluated. */
  sides(facts: MessageFacts): readonly Side[];
}

/** What stands on one side of a comparison. */
export interface Side {
  readonly value: unknown;
  /** The expression says it as it is: 30, "on". */
  readonly isConstant: boolean;
}

/** Deeper ones overflow the stack, and nobody can read them. */
const LIMITS = { maxDepth: 64, maxAstNodes: 2000, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 32 };
/** What these go through is in the hands of whoever publishes: they can take much longer than the payload is long. */
const UNBOUNDED = /\b(all|exists|exists_one|map|filter|matches|bind)\b/;
/** Of payloads longer than this, in bytes, even searching one text in another can take long. */
const LONG = 4096;
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

/** Reads an expression. Throws UsageError that shows the place where it is wrong; `option` is where it was given. */
export function compileExpression(text: string, option: string): Expression {
  const language = languageOfMessages();
  const whole = compiled(language, text, text, 0, option);
  const conditions = conjuncts(whole.ast).map((node) => conditionFrom(language, text, node, option));
  return { text, conditions, judge: judgeBy(whole, text) };
}

function languageOfMessages(): Environment {
  const language = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const [name, type] of Object.entries(factTypes)) language.registerVariable(name, type);
  // Numbers of JSON are doubles; nobody who writes payload.n + 1 thinks of that.
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };
  for (const [operator, calculate] of Object.entries(operators)) {
    language.registerOperator(`double ${operator} int`, (a: number, b: bigint) => calculate(a, Number(b)));
    language.registerOperator(`int ${operator} double`, (a: bigint, b: number) => calculate(Number(a), b));
  }
  language.registerOperator("double % double", operators["%"] as (a: number, b: number) => number);
  return language;
}

function compiled(language: Environment, text: string, whole: string, offset: number, option: string): ParseResult {
  let result: ParseResult;
  try {
    result = language.parse(text);
    const { valid, type, error } = result.check();
    if (!valid) throw error;
    if (offset === 0 && text === whole && type !== "bool" && type !== "dyn") {
      throw new UsageError(`${option}: the expression gives ${type}, not true or false`);
    }
  } catch (error) {
    throw asUsageError(error, whole, offset, option);
  }
  return result;
}

/** With the line of the expression that is wrong, and a caret below the place. */
function asUsageError(error: unknown, text: string, offset: number, option: string): unknown {
  const { summary, range } = error as { readonly summary?: string; readonly range?: { readonly start: number } };
  if (summary === undefined) return error;
  const at = offset + (range?.start ?? 0);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  const line = text.slice(start, end === -1 ? undefined : end).replaceAll("\t", " ");
  const details = [line, `${" ".repeat(at - start)}^`];
  return new UsageError(`${option}: ${summary}`, hintFor(summary, text, at), details);
}

function hintFor(summary: string, text: string, at: number): string | undefined {
  const rest = text.slice(at);
  if (summary.startsWith("Unknown variable")) return `there are ${Object.keys(factTypes).join(", ")}`;
  if (/^=[^=]/.test(rest)) return "== compares";
  if (/^and\b/i.test(rest)) return "write && for and";
  if (/^or\b/i.test(rest)) return "write || for or";
  if (/^not\b/i.test(rest)) return "write ! for not";
  return undefined;
}

function judgeBy(result: ParseResult, text: string): (facts: MessageFacts) => Verdict {
  const evaluate = evaluatorOf(result, text);
  return (facts) => {
    try {
      const value = evaluate(facts);
      if (typeof value === "boolean") return { isMet: value, problem: undefined };
      return { isMet: false, problem: "it is neither true nor false" };
    } catch (error) {
      return { isMet: false, problem: problemOf(error) };
    }
  };
}

/** Watched where it could take long. */
function evaluatorOf(result: ParseResult, text: string): (facts: MessageFacts) => unknown {
  const isUnbounded = UNBOUNDED.test(text);
  return (facts) => (isUnbounded || facts.length > LONG ? withTimeLimit(() => result(facts)) : result(facts));
}

/** Any failure: what comes from outside can break the evaluation in ways that are nobody's mistake (stack, length). */
function problemOf(error: unknown): string {
  const { summary, message } = error as { readonly summary?: string; readonly message?: string };
  if (message?.includes("call stack")) return "it is nested too deep";
  return summary ?? message ?? String(error);
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === "&&" ? node.args.flatMap(conjuncts) : [node];
}

function hasVariable(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasVariable);
  if (typeof node !== "object" || node === null || !("op" in node)) return false;
  return node.op === "id" || hasVariable((node as ASTNode).args);
}

function conditionFrom(language: Environment, whole: string, node: ASTNode, option: string): Condition {
  const part = (from: ASTNode) => {
    const text = whole.slice(from.start, from.end);
    return { text, result: compiled(language, text, whole, from.start, option) };
  };
  const { text, result } = part(node);
  const condition = { text, judge: judgeBy(result, text) };
  if (!COMPARISONS.has(node.op)) return { ...condition, sides: () => [] };
  const sides = (node.args as readonly ASTNode[]).map((side) => {
    const { text, result } = part(side);
    return { evaluate: evaluatorOf(result, text), isConstant: !hasVariable(side) };
  });
  return {
    ...condition,
    sides: (facts) => {
      try {
        return sides.map(({ evaluate, isConstant }) => ({ value: evaluate(facts), isConstant }));
      } catch {
        return [];
      }
    },
  };
}
