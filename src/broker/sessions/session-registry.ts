import type { Swept } from "../../connection/index.ts";
import type { Identity } from "../auth/auth.ts";
import type { Core } from "../core.ts";
import { Cost } from "../turn-budget.ts";
import { Session } from "./session.ts";
import { WillQueue } from "./will-queue.ts";

/** All sessions by Client Identifier; ends those whose time is up, and publishes Wills whose delay is. */
export class SessionRegistry implements Swept {
  private readonly sessions = new Map<string, Session>();
  /** Sessions without connection that wait for something: their end, or their Will. */
  private readonly waiting = new Set<Session>();
  readonly wills: WillQueue;
  private isSweeping = false;
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
    this.wills = new WillQueue(core);
  }

  get size(): number {
    return this.sessions.size;
  }

  get(clientId: string): Session | undefined {
    return this.sessions.get(clientId);
  }

  create(clientId: string, identity: Identity): Session {
    const session = new Session(clientId, identity, this.core);
    this.sessions.set(clientId, session);
    return session;
  }

  /** The client is back: what waited for its absence does not happen [MQTT-3.1.3-9]. */
  resumed(session: Session): void {
    session.pendingWill = undefined;
    this.waiting.delete(session);
  }

  /** The connection is gone: the session ends now, or it begins to wait for its end. */
  suspended(session: Session): void {
    session.suspend();
    if (session.expiryInterval === 0) {
      this.end(session);
      return;
    }
    if (session.pendingWill !== undefined && session.pendingWill.dueAt <= this.core.clock.now()) {
      this.publishWill(session);
    }
    session.endsAt = this.core.clock.now() + session.expiryInterval * 1000;
    this.waiting.add(session);
    this.core.sweeper.add(this);
  }

  /** Ends a session: its subscriptions and messages are gone, its Will is published [MQTT-3.1.2-8]. */
  end(session: Session): void {
    if (this.sessions.get(session.clientId) === session) {
      this.sessions.delete(session.clientId);
    }
    this.waiting.delete(session);
    this.core.budget.spend(1 + Cost.FILTER * session.subscriptions.size);
    for (const entry of session.subscriptions.values()) {
      this.core.subscriptions.remove(session, entry.filter);
      this.core.routes.changed(entry.filter);
    }
    this.redistribute(session);
    session.discard();
    this.publishWill(session);
  }

  sweep(now: number): void {
    for (const session of this.waiting) {
      if (this.core.budget.isSpent) {
        this.goOnSweeping();
        return;
      }
      if (session.pendingWill !== undefined && now >= session.pendingWill.dueAt) {
        this.publishWill(session);
      }
      if (now >= session.endsAt) {
        this.end(session);
      }
    }
    if (this.waiting.size === 0) {
      this.core.sweeper.remove(this);
    }
  }

  private goOnSweeping(): void {
    if (!this.isSweeping) {
      this.isSweeping = true;
      this.core.budget.later(() => {
        this.isSweeping = false;
        this.sweep(this.core.clock.now());
      });
    }
  }

  private publishWill(session: Session): void {
    const { pendingWill } = session;
    if (pendingWill !== undefined) {
      session.pendingWill = undefined;
      this.wills.publish(pendingWill);
    }
  }

  /** Messages of Shared Subscriptions that this client never acknowledged go to another member [MQTT-4.8.2-4]. */
  private redistribute(session: Session): void {
    if (!session.hasMessages) {
      return;
    }
    const deliveries = [...session.redistributable()];
    for (const { message, group } of deliveries) {
      const expiry = message.remainingExpiry(this.core.clock.now());
      const member = expiry === 0 ? undefined : group?.next();
      if (member !== undefined) {
        this.core.outgoing.begin();
        member.session.deliver(message, member, expiry, undefined, group);
      }
    }
  }
}
