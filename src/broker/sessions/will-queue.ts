import type { Core } from "../core.ts";
import type { Route } from "../routing/route.ts";
import { Cost } from "../turn-budget.ts";
import type { Publisher } from "./congestion.ts";
import type { Session } from "./session.ts";
import { type PendingWill, willMessage } from "./will.ts";

/** A Will that cannot be published at once. */
interface WaitingWill extends PendingWill {
  /** Its client is back already: it is not listened to before its Will is out. */
  client: Publisher | undefined;
}

/**
 * Publishes Wills: at once, unless so many clients went away together that others would wait for their Wills, or a
 * subscriber has too much waiting. What publishers do then (they wait, as long as the subscriber makes progress) a
 * Will does too, and so does its client if it comes back meanwhile: its messages do not overtake its Will.
 */
export class WillQueue {
  private readonly core: Core;
  /** Those that only wait for their turn. */
  private readonly inTurn: Lane;
  /** Those that wait for a subscriber. */
  private readonly lanes = new Map<Session, Lane>();
  /** All of them, by Client Identifier. */
  private readonly waiting = new Map<string, WaitingWill>();

  constructor(core: Core) {
    this.core = core;
    this.inTurn = new Lane(undefined, (lane) => this.goOn(lane));
  }

  publish(will: PendingWill): void {
    if (!this.inTurn.isEmpty || this.core.budget.isSpent) {
      this.add(this.inTurn, this.waitingWill(will));
      this.goOn(this.inTurn);
      return;
    }
    const route = this.routeOf(will);
    const subscriber =
      route && this.subscriberWho(route, will, (session) => session.congestion.isWaitedFor || this.lanes.has(session));
    if (subscriber === undefined) {
      this.send(will, route);
    } else {
      this.waitFor(subscriber, this.waitingWill(will));
    }
  }

  /** The client is back. If its Will still waits, the client has to wait too. */
  returned(clientId: string, client: Publisher): void {
    const will = this.waiting.get(clientId);
    if (will !== undefined) {
      will.client = client;
      client.hold();
    }
  }

  private waitingWill(will: PendingWill): WaitingWill {
    const waiting = { ...will, client: undefined };
    this.waiting.set(will.clientId, waiting);
    return waiting;
  }

  private add(lane: Lane, will: WaitingWill): void {
    lane.wills.add(will);
    this.core.memory.keep(sizeOf(will));
  }

  private waitFor(subscriber: Session, will: WaitingWill): void {
    let lane = this.lanes.get(subscriber);
    if (lane === undefined) {
      lane = new Lane(subscriber, (released) => this.goOn(released));
      this.lanes.set(subscriber, lane);
      subscriber.congestion.begin(lane);
    }
    this.add(lane, will);
  }

  /** Publishes what waits in a lane as there is time for it, one after the other. */
  private goOn(lane: Lane): void {
    if (!lane.isGoing) {
      lane.isGoing = true;
      this.core.budget.later(() => {
        lane.isGoing = false;
        this.sendNext(lane);
      });
    }
  }

  private sendNext(lane: Lane): void {
    const will = lane.take();
    if (will !== undefined) {
      this.core.budget.spend(Cost.WILL);
      this.core.memory.free(sizeOf(will));
      const route = this.routeOf(will);
      // Whom it waited for it need not wait for again.
      const subscriber =
        route &&
        this.subscriberWho(route, will, (session) => session !== lane.subscriber && session.congestion.isWaitedFor);
      if (subscriber === undefined) {
        this.send(will, route);
        this.isOut(will);
      } else {
        this.waitFor(subscriber, will);
      }
    }
    const { subscriber } = lane;
    if (lane.isEmpty) {
      if (subscriber !== undefined) {
        this.lanes.delete(subscriber);
      }
    } else if (subscriber?.congestion.isWaitedFor) {
      subscriber.congestion.begin(lane);
    } else {
      this.goOn(lane);
    }
  }

  private isOut(will: WaitingWill): void {
    if (this.waiting.get(will.clientId) === will) {
      this.waiting.delete(will.clientId);
    }
    will.client?.release();
  }

  private send({ will, clientId, permissions }: PendingWill, route: Route | undefined): void {
    if (!permissions.mayPublish(will.topic, will.qos, will.retain)) {
      this.core.events.onWillRefused?.(clientId, will.topic);
    } else if (route !== undefined) {
      this.core.router.forward(willMessage(will, clientId, this.core.clock.now()), route, undefined);
    }
  }

  private routeOf({ will }: PendingWill): Route | undefined {
    const topic = Buffer.from(will.topic);
    return this.core.routes.routeOf(topic, 0, topic.length, undefined);
  }

  /** A subscriber of the Will that makes it wait; nobody when memory is short. */
  private subscriberWho(
    { targets, groups }: Route,
    { clientId }: PendingWill,
    makesWait: (session: Session) => boolean,
  ): Session | undefined {
    if (this.core.memory.isExhausted) {
      return undefined;
    }
    // A client that waits for its Will cannot make room for it.
    const isInTheWay = (session: Session) => session.clientId !== clientId && makesWait(session);
    for (const { session } of targets) {
      if (isInTheWay(session)) {
        return session;
      }
    }
    for (const { congestedMember } of groups) {
      if (congestedMember !== undefined && isInTheWay(congestedMember)) {
        return congestedMember;
      }
    }
    return undefined;
  }
}

/** Wills that wait for the same, in the order in which they came: together they are like one publisher. */
class Lane implements Publisher {
  readonly wills = new Set<WaitingWill>();
  /** Undefined: they wait for nobody in particular. */
  readonly subscriber: Session | undefined;
  /** The next of them is about to be published. */
  isGoing = false;
  private readonly onRelease: (lane: Lane) => void;

  constructor(subscriber: Session | undefined, onRelease: (lane: Lane) => void) {
    this.subscriber = subscriber;
    this.onRelease = onRelease;
  }

  get isEmpty(): boolean {
    return this.wills.size === 0;
  }

  take(): WaitingWill | undefined {
    const [will] = this.wills;
    if (will !== undefined) {
      this.wills.delete(will);
    }
    return will;
  }

  /** Nothing to do: its Wills lie still until it is released. */
  hold(): void {}

  release(): void {
    this.onRelease(this);
  }
}

function sizeOf({ will }: PendingWill): number {
  return will.payload.length + will.topic.length;
}
