/** The promise, or a throw of the signal's reason when that comes first. */
export async function halting<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  // It may be over before it begins; then nobody waits for the promise any more.
  promise.catch(() => {});
  signal.throwIfAborted();
  let stop: () => void = () => {};
  const halted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, halted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
