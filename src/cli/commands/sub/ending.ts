/** The one end that a run comes to, whichever of its causes is first. */
export class Ending {
  readonly reached: Promise<number>;
  isReached = false;
  /** The option that ended it. */
  name = "--timeout";
  /** We were stopped before we were done: the broker publishes our will. */
  wantsWill = false;
  readonly #resolve: (exitCode: number) => void;
  readonly #reject: (error: unknown) => void;

  constructor() {
    let settle: { resolve: (exitCode: number) => void; reject: (error: unknown) => void } | undefined;
    this.reached = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#resolve = (exitCode) => settle?.resolve(exitCode);
    this.#reject = (error) => settle?.reject(error);
  }

  come(exitCode: number, name?: string): void {
    if (this.isReached) return;
    this.isReached = true;
    if (name !== undefined) this.name = name;
    this.#resolve(exitCode);
  }

  fail(error: unknown): void {
    this.isReached = true;
    this.#reject(error);
  }
}
