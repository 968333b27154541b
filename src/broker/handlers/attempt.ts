import type { ConnectPacket, ProtocolVersion } from "../../codec/index.ts";
import type { PeerIdentity } from "../../transport/index.ts";
import type { ConnectAttempt } from "../auth/auth.ts";
import type { ClientConnection } from "../client-connection.ts";

/** A CONNECT as whoever decides about it sees it. */
export class Attempt implements ConnectAttempt {
  readonly clientId: string;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly version: ProtocolVersion;
  readonly peer: PeerIdentity | undefined;
  readonly allowsAnonymous: boolean | undefined;
  readonly method: string | undefined;
  readonly data: Uint8Array | undefined;
  private readonly client: ClientConnection;

  constructor(client: ClientConnection, packet: ConnectPacket, clientId: string) {
    this.client = client;
    this.clientId = clientId;
    this.userName = packet.userName;
    this.password = packet.password;
    this.version = packet.protocolVersion;
    this.peer = client.peer;
    this.allowsAnonymous = client.policy.allowsAnonymous;
    this.method = packet.properties.authenticationMethod;
    this.data = packet.properties.authenticationData;
  }

  /** Asking the system for it takes longer than all the rest. */
  get remote(): string {
    return this.client.remote;
  }
}
