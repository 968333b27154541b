import type { Clock } from "../../clock.ts";

const WINDOW = 60_000;
/** More sources than this are not told apart: the ones that were noted first are forgotten. */
const SOURCES = 10_000;

interface Source {
  failures: number;
  /** When the minute of its first failure is over, on the broker's clock. */
  readonly until: number;
}

/** Who fails to authenticate too often is not asked any more for the rest of a minute: guessing is slow, and costs nothing. */
export class FailedConnects {
  private readonly sources = new Map<string, Source>();
  private readonly clock: Clock;
  private readonly maximum: number;

  constructor(clock: Clock, maximum: number) {
    this.clock = clock;
    this.maximum = maximum;
  }

  /** True while this address is refused unseen. `remote` as in ByteStream. */
  isBanned(remote: string): boolean {
    if (this.sources.size === 0) {
      return false;
    }
    const source = this.sources.get(hostOf(remote));
    return source !== undefined && source.failures >= this.maximum && this.clock.now() < source.until;
  }

  /** The client at this address could not say who it is. */
  failed(remote: string): void {
    if (this.maximum === Number.POSITIVE_INFINITY || remote.startsWith("unix:")) {
      return;
    }
    const host = hostOf(remote);
    const now = this.clock.now();
    const known = this.sources.get(host);
    if (known !== undefined && now < known.until) {
      known.failures += 1;
      return;
    }
    this.sources.delete(host);
    this.sources.set(host, { failures: 1, until: now + WINDOW });
    if (this.sources.size > SOURCES) {
      const [oldest] = this.sources.keys();
      this.sources.delete(oldest as string);
    }
  }
}

/** All ports of an address are one source. */
function hostOf(remote: string): string {
  return remote.slice(0, remote.lastIndexOf(":"));
}
