import { type Clock, systemClock } from "../clock.ts";
import { Sweeper } from "../connection/index.ts";
import { type Address, type ByteStream, type DialOptions, dial } from "../transport/index.ts";

/** What a client needs from the world around it; tests bring a world of their own. */
export interface Environment {
  readonly clock: Clock;
  /** Looks at the deadlines of all clients: keep alive, requests. */
  readonly sweeper: Sweeper;
  dial(address: Address, options: DialOptions): Promise<ByteStream>;
  /** Calls back once, after this many milliseconds; the answer cancels it. It keeps the process alive meanwhile. */
  delay(milliseconds: number, callback: () => void): () => void;
}

export const systemEnvironment: Environment = {
  clock: systemClock,
  sweeper: new Sweeper(systemClock),
  dial,
  delay(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
