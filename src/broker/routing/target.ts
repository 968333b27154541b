import type { QoS } from "../../codec/index.ts";
import type { Session } from "../sessions/session.ts";
import type { SubscriptionEntry } from "./subscriptions.ts";

const NO_IDENTIFIERS: readonly number[] = [];

/**
 * What a session gets of a topic's messages. Overlapping subscriptions are one copy: highest QoS, all identifiers.
 *
 * Targets never change, and a session has one for each form without identifiers: however many topics lead to it, what
 * they lead to stays in the processor's cache (10,000 topics to 100 clients: a message took 1.2 µs, a quarter of it for this).
 */
export class Target {
  /** The list of this target only, for the topics that nobody else gets. */
  readonly alone: readonly Target[] = [this];
  readonly session: Session;
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[];
  /** Set when some subscription is No Local: what the session gets of its own messages; nothing when that is undefined. */
  readonly hasNoLocal: boolean;
  readonly own: Target | undefined;

  constructor(
    session: Session,
    qos: QoS,
    retainAsPublished: boolean,
    identifiers: readonly number[],
    hasNoLocal: boolean,
    own: Target | undefined,
  ) {
    this.session = session;
    this.qos = qos;
    this.retainAsPublished = retainAsPublished;
    this.identifiers = identifiers;
    this.hasNoLocal = hasNoLocal;
    this.own = own;
  }
}

/** The target of a session to which `before`, if anything, and this subscription bring a topic's messages. */
export function targetOf(before: Target | undefined, entry: SubscriptionEntry): Target {
  const { session } = entry;
  const qos = Math.max(before?.qos ?? 0, entry.qos) as QoS;
  const retainAsPublished = entry.retainAsPublished || before?.retainAsPublished === true;
  const identifiers = joined(before?.identifiers ?? NO_IDENTIFIERS, entry.identifiers);
  if (!entry.noLocal && !before?.hasNoLocal) {
    return identifiers.length === 0
      ? plainTarget(session, qos, retainAsPublished)
      : new Target(session, qos, retainAsPublished, identifiers, false, undefined);
  }
  const ownBefore = before?.hasNoLocal ? before.own : before;
  const own = entry.noLocal ? ownBefore : targetOf(ownBefore, entry);
  return new Target(session, qos, retainAsPublished, identifiers, true, own);
}

function plainTarget(session: Session, qos: QoS, retainAsPublished: boolean): Target {
  session.plainTargets ??= [];
  const form = 2 * qos + (retainAsPublished ? 1 : 0);
  session.plainTargets[form] ??= new Target(session, qos, retainAsPublished, NO_IDENTIFIERS, false, undefined);
  return session.plainTargets[form];
}

function joined(one: readonly number[], other: readonly number[]): readonly number[] {
  if (other.length === 0) {
    return one;
  }
  return one.length === 0 ? other : [...one, ...other];
}
