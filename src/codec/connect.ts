import type { PacketType, QoS } from "./packet.ts";
import type { ConnectProperties, WillProperties } from "./properties.ts";
import type { ProtocolVersion } from "./protocol-version.ts";

/** The message that the server publishes when the client goes away without saying goodbye (section 3.1.2.5). */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: WillProperties;
}

/**
 * Section 3.1. In 3.1 and 3.1.1 the flag Clean Session says both how a session begins and when it ends: set, it is a clean start and no
 * `sessionExpiryInterval` (0: the session ends with the connection); not set, it is no clean start and `sessionExpiryInterval` 0xFFFFFFFF.
 */
export interface ConnectPacket {
  readonly type: typeof PacketType.CONNECT;
  readonly protocolVersion: ProtocolVersion;
  /** 3.1 and 3.1.1 only: the client is a broker's bridge (bit 7 of the protocol level, an extension that many brokers know). */
  readonly bridge: boolean;
  readonly cleanStart: boolean;
  /** Seconds; 0 turns keep alive off. */
  readonly keepAlive: number;
  readonly clientId: string;
  readonly will: Will | undefined;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly properties: ConnectProperties;
}
