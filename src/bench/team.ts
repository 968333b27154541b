/**
 * The workers that make one measurement together. Each knows all of the plan, and opens the clients that are its own:
 * topics, numbers and times are the same, however many there are. Their clocks tell the same time.
 */
export interface Team {
  readonly size: number;
  /** Counted from 0. */
  readonly index: number;
  /**
   * Waits until all have come here; answers with what each of them brought, in their order, and with a moment at which
   * all can go on together, in the clock's milliseconds.
   */
  meet<Value>(brought: Value): Promise<Meeting<Value>>;
  /** How far streams have got that one worker publishes and others receive; undefined: there is one worker. */
  readonly progress?: SharedProgress | undefined;
}

export interface Meeting<Value> {
  readonly all: readonly Value[];
  readonly at: number;
}

/** Steps forward, told from worker to worker. */
export interface SharedProgress {
  /** A stream has got so far here, in all. */
  tell(stream: number, owner: number, steps: number): void;
  /** How far it has got at all the others, in 32 bits. */
  othersOf(stream: number): number;
  /** Called when others told something. */
  onTold: () => void;
}

/** A measurement without workers. */
export function alone(clock: { now(): number }): Team {
  return { size: 1, index: 0, meet: async (brought) => ({ all: [brought], at: clock.now() }) };
}

/** Those of `count` things, numbered from 0, that belong to a worker: they are dealt in turn. */
export function ownOf({ size, index }: Pick<Team, "size" | "index">, count: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((count - index) / size)) }, (_, own) => own * size + index);
}
