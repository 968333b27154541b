import { createContext, Script } from "node:vm";

/** What one evaluation may take, in milliseconds. */
const LIMIT = 100;

let work: () => unknown = () => undefined;
let context: ReturnType<typeof createContext> | undefined;
const script = new Script("work()");

/**
 * Does some work of ours and stops it where it takes too long, in the middle of a loop or a regular expression; then
 * throws RangeError. (Work that is stopped cannot catch this. To watch it costs a quarter of a millisecond.)
 */
export function withTimeLimit<Result>(what: () => Result): Result {
  work = what;
  context ??= createContext({ work: () => work() });
  try {
    return script.runInContext(context, { timeout: LIMIT }) as Result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new RangeError(`not done within ${LIMIT} ms`);
  }
}
