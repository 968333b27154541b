import { setImmediate } from "node:timers/promises";

/** Lets the event loop go round: what was put off until the end of the turn has happened then. */
export async function turn(times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await setImmediate();
  }
}
