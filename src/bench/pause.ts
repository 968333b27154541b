import { setTimeout as sleep } from "node:timers/promises";

/** Waits; throws the signal's reason when that comes first. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
