import type { Client } from "../../../client/index.ts";

/** After the last message and the last answer, what is still on its way has this long, in milliseconds. */
const QUIET = 200;

/**
 * Waits until all retained messages of a subscription are in. Brokers send them behind the SUBACK, and what they answer
 * to a later request comes behind them: so requests that change nothing are sent until nothing came before their answer.
 */
export async function retainedAreIn(
  client: Pick<Client, "unsubscribe">,
  received: () => number,
  marker: string,
): Promise<void> {
  for (;;) {
    const before = received();
    await client.unsubscribe([marker]);
    await new Promise((resolve) => setTimeout(resolve, QUIET));
    if (received() === before) return;
  }
}
