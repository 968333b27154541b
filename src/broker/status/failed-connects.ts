import type { Clock } from "../../clock.ts";
import { Strikes } from "./strikes.ts";

/** Who fails to authenticate too often is not asked any more for the rest of a minute: guessing is slow, and costs nothing. */
export class FailedConnects {
  private readonly strikes: Strikes;

  constructor(clock: Clock, maximum: number) {
    this.strikes = new Strikes(clock, maximum);
  }

  /** Nobody failed; who knows that need not find out where a client comes from. */
  get isEmpty(): boolean {
    return this.strikes.isEmpty;
  }

  /** True while this address is refused unseen. `remote` as in ByteStream. */
  isBanned(remote: string): boolean {
    return this.strikes.bannedFor(hostOf(remote)) > 0;
  }

  /** The client at this address could not say who it is. */
  failed(remote: string): void {
    if (!remote.startsWith("unix:")) {
      this.strikes.add(hostOf(remote));
    }
  }
}

/** All ports of an address are one source. */
function hostOf(remote: string): string {
  return remote.slice(0, remote.lastIndexOf(":"));
}
