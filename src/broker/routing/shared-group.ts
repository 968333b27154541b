import type { Session } from "../sessions/session.ts";
import type { SubscriptionEntry } from "./subscriptions.ts";

/** The members of one Shared Subscription (4.8.2): each message goes to one of them, in turn. */
export class SharedGroup {
  private readonly members: SubscriptionEntry[] = [];
  private turn = 0;

  get isEmpty(): boolean {
    return this.members.length === 0;
  }

  /** Adds a member or replaces its options: subscribing again does not count twice. True for a new member. */
  set(entry: SubscriptionEntry): boolean {
    const index = this.members.findIndex((member) => member.session === entry.session);
    if (index === -1) {
      this.members.push(entry);
      return true;
    }
    this.members[index] = entry;
    return false;
  }

  delete(session: Session): boolean {
    const index = this.members.findIndex((member) => member.session === session);
    if (index === -1) {
      return false;
    }
    this.members.splice(index, 1);
    if (this.turn > index) {
      this.turn -= 1;
    }
    return true;
  }

  /** A member that has too much waiting, where no connected one keeps up. */
  get congestedMember(): Session | undefined {
    let congested: Session | undefined;
    for (const { session } of this.members) {
      if (session.isConnected) {
        if (!session.isCongested) {
          return undefined;
        }
        congested ??= session;
      }
    }
    return congested;
  }

  /**
   * The member whose turn it is. Connected members that keep up come first, then connected ones, then those whose
   * session waits for them: a message that somebody could take is not given to somebody who is away.
   */
  next(): SubscriptionEntry | undefined {
    const count = this.members.length;
    let connected: SubscriptionEntry | undefined;
    let away: SubscriptionEntry | undefined;
    for (let step = 0; step < count; step += 1) {
      const index = (this.turn + step) % count;
      const member = this.members[index] as SubscriptionEntry;
      if (!member.session.isConnected) {
        away ??= member;
      } else if (member.session.isCongested) {
        connected ??= member;
      } else {
        this.turn = (index + 1) % count;
        return member;
      }
    }
    const member = connected ?? away;
    if (member !== undefined) {
      this.turn = (this.members.indexOf(member) + 1) % count;
    }
    return member;
  }
}
