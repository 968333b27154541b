import { PacketType, type ReasonCode, type SubackPacket, type Subscription } from "../codec/index.ts";
import type { MqtkError } from "../errors.ts";
import type { SubscribeRequest, UnsubscribeRequest } from "./pending-requests.ts";

interface Granted {
  readonly subscription: Subscription;
  /** The request that it came with: its properties (a subscription identifier) belong to it. */
  readonly request: SubscribeRequest;
}

/** Why a subscription is not there any more: what the SUBACK said, or what kept the SUBSCRIBE from being sent. */
export type RenewalFailure = { readonly reasonCode: ReasonCode; readonly reasonString: string | undefined } | MqtkError;

/** What the server has granted, to be asked for again when the server has lost the session. */
export class Subscriptions {
  private readonly byFilter = new Map<string, Granted>();

  granted(request: SubscribeRequest, reasonCodes: readonly ReasonCode[]): void {
    for (const [index, subscription] of request.subscriptions.entries()) {
      // A refused filter may have been granted before, and then still is (3.8.4).
      if ((reasonCodes[index] as number) < 0x80) this.byFilter.set(subscription.filter, { subscription, request });
    }
  }

  removed(request: UnsubscribeRequest, reasonCodes: readonly ReasonCode[]): void {
    for (const [index, filter] of request.filters.entries()) {
      if ((reasonCodes[index] ?? 0) < 0x80) this.byFilter.delete(filter);
    }
  }

  /**
   * Requests for all of them, together as they were asked for: so they are no larger than what the server once took.
   * `onFailure` hears of the first filter that is not granted any more.
   */
  renewals(onFailure: (filter: string, failure: RenewalFailure) => void): SubscribeRequest[] {
    const groups = new Map<SubscribeRequest, Subscription[]>();
    for (const { subscription, request } of this.byFilter.values()) {
      const group = groups.get(request);
      if (group === undefined) groups.set(request, [subscription]);
      else group.push(subscription);
    }
    return [...groups].map(([{ properties }, subscriptions]) => ({
      type: PacketType.SUBSCRIBE,
      subscriptions,
      properties,
      isRenewal: true,
      isLate: false,
      deadline: Number.POSITIVE_INFINITY,
      resolve: ({ reasonCodes, properties: { reasonString } }: SubackPacket) => {
        const refused = reasonCodes.findIndex((reasonCode) => reasonCode >= 0x80);
        const filter = subscriptions[refused]?.filter;
        if (filter !== undefined) onFailure(filter, { reasonCode: reasonCodes[refused] as ReasonCode, reasonString });
      },
      reject: (error: Error) => onFailure((subscriptions[0] as Subscription).filter, error as MqtkError),
    }));
  }
}
