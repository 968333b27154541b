import type { Message } from "../../delivery/index.ts";
import type { Publisher } from "../sessions/congestion.ts";
import { costOf, type TurnBudget } from "../turn-budget.ts";
import type { OutgoingPublish } from "./outgoing-publish.ts";
import type { RetainedMessages } from "./retained-messages.ts";
import type { Route } from "./route.ts";
import type { SubscriptionEntry } from "./subscriptions.ts";
import type { Target } from "./target.ts";

/** What became of a message. */
export const Routed = {
  DELIVERED: 0,
  NOBODY: 1,
  /** It was to be retained and there is no room for more. */
  NOT_RETAINED: 2,
  /** There was no room for it in the queue of a subscriber, and its publisher is to know. Others may have it. */
  NOT_QUEUED: 3,
} as const;
export type Routed = (typeof Routed)[keyof typeof Routed];

/** Takes messages to everybody who subscribed to them; publishers, Wills and the broker itself all publish here. */
export class Router {
  private readonly retained: RetainedMessages;
  private readonly outgoing: OutgoingPublish;
  private readonly budget: TurnBudget;
  private isForwarding = false;
  /** Set while a message is on its way, where a subscriber has no room for it and its publisher is to know. */
  isRejected = false;
  /** What waits for the end of that. */
  private tasks: (() => void)[] = [];
  private readonly mayReceive: (entry: SubscriptionEntry, topic: string) => boolean;

  constructor(
    retained: RetainedMessages,
    outgoing: OutgoingPublish,
    budget: TurnBudget,
    mayReceive: (entry: SubscriptionEntry, topic: string) => boolean,
  ) {
    this.retained = retained;
    this.outgoing = outgoing;
    this.budget = budget;
    this.mayReceive = mayReceive;
  }

  /**
   * Does what must not happen while a message is on its way to its subscribers, such as ending the session of one of
   * them, which may publish a Will: behind it, or at once.
   */
  afterwards(task: () => void): void {
    if (this.isForwarding) {
      this.tasks.push(task);
    } else {
      task();
    }
  }

  /** Publishes a message to everybody on its route. `publisher` waits where too much piles up. */
  forward(message: Message, route: Route, publisher: Publisher | undefined): Routed {
    message.topic = route.topic;
    let routed: Routed = route.targets.length === 0 && route.groups.length === 0 ? Routed.NOBODY : Routed.DELIVERED;
    const frame = message.frame;
    if (frame.retain && !this.retained.update(route.levels, message)) {
      routed = Routed.NOT_RETAINED;
    }
    this.isForwarding = true;
    this.isRejected = false;
    try {
      this.deliver(message, route, publisher);
      if (this.isRejected) {
        routed = Routed.NOT_QUEUED;
      }
    } finally {
      this.isForwarding = false;
      this.runTasks();
    }
    return routed;
  }

  private deliver(message: Message, route: Route, publisher: Publisher | undefined): void {
    this.outgoing.begin();
    // Nothing has waited yet, so the interval goes on as it came [MQTT-3.3.2-6].
    const expiry = message.frame.messageExpiryInterval;
    const { targets, groups } = route;
    this.budget.spend(costOf(message, 1 + targets.length + groups.length));
    const last = groups.length === 0 ? targets.length - 1 : -1;
    for (let index = 0; index < targets.length; index += 1) {
      const target = targets[index] as Target;
      this.outgoing.isLast = index === last;
      if (target.hasNoLocal && target.session.clientId === message.publisher) {
        if (target.own !== undefined) {
          target.session.deliver(message, target.own, expiry, publisher, undefined);
        }
      } else {
        target.session.deliver(message, target, expiry, publisher, undefined);
      }
    }
    this.outgoing.isLast = false;
    for (const group of groups) {
      const member = group.next();
      if (member !== undefined && this.mayReceive(member, route.topic)) {
        member.session.deliver(message, member, expiry, publisher, group);
      }
    }
  }

  private runTasks(): void {
    const { tasks } = this;
    if (tasks.length === 0) {
      return;
    }
    this.tasks = [];
    for (const task of tasks) {
      task();
    }
  }
}
