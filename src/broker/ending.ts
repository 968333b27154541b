import {
  type DisconnectProperties,
  NO_PROPERTIES,
  PacketType,
  type ProtocolError,
  ProtocolVersion,
  ReasonCode,
} from "../codec/index.ts";
import type { PacketConnection } from "../connection/index.ts";
import type { ClientConnection } from "./client-connection.ts";
import { scheduleWill } from "./sessions/will.ts";

/** How the connection of a client ends, whoever ends it: what the client is told, and what becomes of its session. */
export class Ending {
  private readonly client: ClientConnection;
  private readonly connection: PacketConnection;
  private hasLeft = false;

  constructor(client: ClientConnection, connection: PacketConnection) {
    this.client = client;
    this.connection = connection;
  }

  /** From our side, telling clients of 5.0 why. */
  close(reasonCode: ReasonCode, reason: string, properties: DisconnectProperties): void {
    if (this.client.isAdmitted && this.client.version === ProtocolVersion.V5_0) {
      this.connection.end({
        type: PacketType.DISCONNECT,
        reasonCode,
        properties: { reasonString: reason, ...properties },
      });
    } else {
      this.connection.end();
    }
    this.leave(false, reasonCode, reason);
  }

  /** With a CONNACK that refuses. */
  refuse(reasonCode: ReasonCode, reason: string, clientId?: string): void {
    const { core, remote, version } = this.client;
    this.connection.end({
      type: PacketType.CONNACK,
      sessionPresent: false,
      reasonCode,
      properties: version === ProtocolVersion.V5_0 ? { reasonString: reason } : NO_PROPERTIES,
    });
    core.events.onRefused?.(remote, clientId, reasonCode, reason);
    this.leave(false, reasonCode, reason);
  }

  /** The client broke the protocol: it is told so in the packet and the version that it understands, if there is one. */
  blame(error: ProtocolError): void {
    const { core, remote, version } = this.client;
    if (this.client.isAdmitted) {
      this.close(error.reasonCode, error.message, NO_PROPERTIES);
      return;
    }
    const dialect = error.connackVersion ?? (version === ProtocolVersion.V5_0 ? ProtocolVersion.V5_0 : undefined);
    if (dialect === undefined) {
      // Whatever this is, it does not speak a version of MQTT in which it could be told so.
      const reason = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
      core.events.onRefused?.(remote, undefined, error.reasonCode, reason);
      this.connection.end();
      this.leave(false, error.reasonCode, error.message);
      return;
    }
    const { parser } = this.connection;
    parser.version = dialect;
    if (parser.announcedPacketSize !== undefined) {
      this.client.limitPackets(parser.announcedPacketSize);
    }
    this.refuse(error.reasonCode, error.message);
  }

  /** The client said goodbye: its Will is forgotten if the reason is 0x00 [MQTT-3.14.4-3]. */
  goodbye(reasonCode: ReasonCode): void {
    this.connection.leave();
    this.leave(reasonCode === ReasonCode.SUCCESS, reasonCode, "the client disconnected");
  }

  /** Without a word: there is nobody to hear it, or no time. */
  cut(reasonCode: ReasonCode, reason: string): void {
    this.connection.destroy();
    this.leave(false, reasonCode, reason);
  }

  /** The network connection is gone. */
  lost(cause: Error | undefined): void {
    const reason = cause === undefined ? "the client closed the connection" : `connection lost: ${cause.message}`;
    this.leave(false, ReasonCode.UNSPECIFIED_ERROR, reason);
  }

  /** The client is gone, however it ended; happens once. */
  private leave(clean: boolean, reasonCode: ReasonCode, reason: string): void {
    if (this.hasLeft) {
      return;
    }
    this.hasLeft = true;
    const { client } = this;
    const { core } = client;
    if (!client.isAdmitted) {
      return;
    }
    core.events.onDisconnect?.(client.info, { clean, reasonCode, reason });
    const { session, will } = client;
    if (session.connection !== client) {
      return;
    }
    // A broker that shuts down keeps no Wills for later, and nobody is left to hear them now.
    if (!clean && will !== undefined && reasonCode !== ReasonCode.SERVER_SHUTTING_DOWN) {
      scheduleWill(session, will, client.permissions, core.clock.now());
    }
    core.sessions.suspended(session);
  }
}
