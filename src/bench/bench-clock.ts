import type { Clock } from "../clock.ts";

/** Read twice for every message: `performance.now` takes less than half of what the program's usual clock takes. */
export const benchClock: Clock = { now: () => performance.now() };
