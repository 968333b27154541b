import { PacketType, type Will } from "../../codec/index.ts";
import type { Message } from "../../delivery/index.ts";
import type { Permissions } from "../auth/auth.ts";
import { messageFrom } from "../routing/message-from.ts";
import type { Session } from "./session.ts";

/** A Will whose delay is running (3.1.3.2.2). */
export interface PendingWill {
  readonly will: Will;
  readonly clientId: string;
  /** Of the client, as they are when it is published. */
  readonly permissions: Permissions;
  /** When it is published at the latest, on the broker's clock. */
  readonly dueAt: number;
}

/** The Will Message as it is published now: its expiry counts from this moment, its delay is not passed on. */
export function willMessage(will: Will, clientId: string, now: number): Message {
  const { willDelayInterval: _, ...properties } = will.properties;
  const message = messageFrom(
    {
      type: PacketType.PUBLISH,
      dup: false,
      qos: will.qos,
      retain: will.retain,
      topic: will.topic,
      packetId: will.qos === 0 ? undefined : 1,
      properties,
      payload: will.payload,
    },
    clientId,
  );
  if (properties.messageExpiryInterval !== undefined) {
    message.expiresAt = now + properties.messageExpiryInterval * 1000;
  }
  return message;
}

/**
 * The connection ended without goodbye: the Will is published after its delay or with the end of the session,
 * whichever comes first [MQTT-3.1.3-9]; without delay that is at once, also when the session is resumed (3.1.4).
 */
export function scheduleWill(session: Session, will: Will, permissions: Permissions, now: number): void {
  const delay = will.properties.willDelayInterval ?? 0;
  session.pendingWill = { will, clientId: session.clientId, permissions, dueAt: now + delay * 1000 };
}
