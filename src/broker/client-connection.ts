import {
  type ConnectPacket,
  type DisconnectProperties,
  NO_PROPERTIES,
  type Packet,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  type PublishFrame,
  type PublishPacket,
  type QoS,
  ReasonCode,
  type Will,
} from "../codec/index.ts";
import {
  type ConnectionHandler,
  IncomingAliases,
  KeepAlive,
  OutgoingAliases,
  PacketConnection,
} from "../connection/index.ts";
import type { Message } from "../delivery/index.ts";
import { isMqtkError } from "../errors.ts";
import type { ByteStream, PeerIdentity } from "../transport/index.ts";
import type { Permissions } from "./auth/auth.ts";
import type { AuthExchange } from "./auth-exchange.ts";
import type { Core } from "./core.ts";
import { Ending } from "./ending.ts";
import type { ClientInfo } from "./events.ts";
import { handlePacket } from "./handlers/packet.ts";
import { handlePublish } from "./handlers/publish.ts";
import type { ClientPolicy } from "./options.ts";
import { Reading } from "./reading.ts";
import type { Route } from "./routing/route.ts";
import type { Publisher } from "./sessions/congestion.ts";
import type { Session } from "./sessions/session.ts";
import type { Sink } from "./status/memory-watch.ts";
import type { Sending } from "./status/overload.ts";

type AckType =
  | typeof PacketType.PUBACK
  | typeof PacketType.PUBREC
  | typeof PacketType.PUBREL
  | typeof PacketType.PUBCOMP;

/** What a client brought with its CONNECT, once it was let in. */
export interface Admission {
  readonly will: Will | undefined;
  readonly session: Session;
  readonly permissions: Permissions;
  /** Seconds, as the server wants it. */
  readonly keepAlive: number;
}

/** One connected client: CONNECT first, then each packet goes to its handler. */
export class ClientConnection implements ConnectionHandler, Publisher, Sending, Sink {
  readonly core: Core;
  /** What its listener allows. */
  readonly policy: ClientPolicy;
  bytesReceived = 0;
  messagesReceived = 0;
  messagesSent = 0;
  /** Where it stands among the broker's clients; theirs alone. */
  place = -1;
  /** Who the transport knows the client to be. */
  readonly peer: PeerIdentity | undefined;
  /** The topic of the last PUBLISH: the next one mostly has the same. */
  lastRoute: Route | undefined;
  /** The message in hand; it points at the PUBLISH that is being handled. */
  message: Message | undefined;
  /** QoS 2 messages of this connection that wait for PUBREL: the quota of an earlier one does not count (4.9). */
  unreleased = 0;
  private readonly connection: PacketConnection;
  private readonly reading: Reading;
  private readonly ending: Ending;
  private aliases: IncomingAliases | undefined;
  private outgoingAliases: OutgoingAliases<string> | undefined;
  private admission: Admission | undefined;
  /** Once it is let in, for whoever wants to hear of its end: then the system cannot tell its address any more. */
  private told: ClientInfo | undefined;
  /** Undefined until the client is let in: before, the deadline for its CONNECT holds. */
  private keepAlive: KeepAlive | undefined;
  private connectDeadline: number;
  /** A CONNECT is being looked at. */
  isConnecting = false;
  /** Enhanced authentication, where the CONNECT named a method for it. */
  exchange: AuthExchange | undefined;
  /** An exchange of challenges and answers is under way. */
  isAuthenticating = false;
  private isVersion5 = false;

  /** There are more connections than are allowed: it is only told so. */
  readonly isSurplus: boolean;

  constructor(stream: ByteStream, core: Core, policy: ClientPolicy = core.options, isSurplus = false) {
    this.core = core;
    this.policy = policy;
    this.isSurplus = isSurplus;
    this.peer = stream.identity;
    this.connection = new PacketConnection(stream, this, {
      role: "server",
      maximumPacketSize: policy.maximumConnectSize,
    });
    this.reading = new Reading(this.connection, core.budget);
    this.ending = new Ending(this, this.connection);
    this.connectDeadline = core.clock.now() + policy.connectTimeout;
  }

  get remote(): string {
    return this.connection.remote;
  }

  /** Bytes handed to the network. */
  get bytesSent(): number {
    return this.connection.outbox.written;
  }

  /** Bytes that wait because the network has not taken what came before. */
  get bytesPending(): number {
    const outbox = this.connection.outbox;
    return outbox.isBehind ? outbox.pending : 0;
  }

  get version(): ProtocolVersion {
    return this.connection.version;
  }

  /** False once it ends from either side. */
  get isOpen(): boolean {
    return this.connection.isOpen;
  }

  get info(): ClientInfo {
    return this.told ?? this.currentInfo;
  }

  private get currentInfo(): ClientInfo {
    return { clientId: this.admission?.session.clientId ?? "", remote: this.remote, version: this.version };
  }

  /** The session of a client that was let in. */
  get session(): Session {
    if (this.admission === undefined) {
      throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "a packet before the connection was accepted");
    }
    return this.admission.session;
  }

  get permissions(): Permissions {
    return (this.admission as Admission).permissions;
  }

  /** Published when it goes without a goodbye. */
  get will(): Will | undefined {
    return this.admission?.will;
  }

  /** The topic aliases that the client sends. */
  get incomingAliases(): IncomingAliases {
    this.aliases ??= new IncomingAliases(this.policy.topicAliasMaximum);
    return this.aliases;
  }

  get isAdmitted(): boolean {
    return this.admission !== undefined;
  }

  /** More is waiting for the network than publishers should add to. */
  get isBacklogged(): boolean {
    const outbox = this.connection.outbox;
    return outbox.isBehind && outbox.pending > this.core.options.softBacklog;
  }

  get isHalfBacklogged(): boolean {
    const outbox = this.connection.outbox;
    return outbox.isBehind && outbox.pending * 2 > this.core.options.softBacklog;
  }

  /** No larger packet than this is sent, from the answer to CONNECT on [MQTT-3.1.2-24]. */
  limitPackets(maximumPacketSize: number | undefined): void {
    this.connection.peerMaximumPacketSize = maximumPacketSize ?? Number.POSITIVE_INFINITY;
  }

  /** False for a packet that is larger than the client takes, even without reasons in words. */
  takes(packet: Packet): boolean {
    return this.connection.fits(packet);
  }

  /** The client is let in: from here on its limits hold and its packets count. */
  admit(packet: ConnectPacket, admission: Admission): void {
    this.admission = admission;
    if (this.core.events.onDisconnect !== undefined) {
      this.told = this.currentInfo;
    }
    this.isVersion5 = packet.protocolVersion === ProtocolVersion.V5_0;
    this.connectDeadline = Number.POSITIVE_INFINITY;
    this.keepAlive = new KeepAlive(admission.keepAlive);
    this.connection.parser.maximumPacketSize = this.policy.maximumPacketSize;
    const aliases = Math.min(packet.properties.topicAliasMaximum ?? 0, this.policy.outgoingTopicAliasMaximum);
    if (aliases > 0) {
      this.outgoingAliases = new OutgoingAliases(aliases);
    }
  }

  /** Other rights from now on: the client authenticated again. */
  permit(permissions: Permissions): void {
    this.admission = { ...(this.admission as Admission), permissions };
    this.core.routes.clear();
  }

  // What arrives

  onReceived(length: number): void {
    this.bytesReceived += length;
    this.keepAlive?.received();
    this.reading.begin();
  }

  onPublish(frame: PublishFrame): void {
    this.messagesReceived += 1;
    handlePublish(this, frame);
    if (this.isBacklogged) {
      this.reading.holdItself();
    }
    this.reading.handledOne();
  }

  onPacket(packet: Exclude<Packet, PublishPacket>): void {
    this.core.budget.spend(1);
    handlePacket(this, packet);
    if (this.isBacklogged && isAnswered(packet.type)) {
      this.reading.holdItself();
    }
    this.reading.handledOne();
  }

  /** The one catch: everything thrown while this client's packets were parsed or handled ends its connection. */
  onError(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.ending.blame(error);
      return;
    }
    this.close(ReasonCode.UNSPECIFIED_ERROR, isMqtkError(error) ? error.message : `internal error: ${String(error)}`);
    this.core.events.onInternalError?.(error);
  }

  onDrain(): void {
    const session = this.admission?.session;
    if (session?.connection === this) {
      session.congestion.progressed();
      session.pump();
    }
    if (!this.isHalfBacklogged) {
      this.reading.releaseItself();
    }
  }

  onClose(cause: Error | undefined): void {
    this.ending.lost(cause);
    this.core.gone(this);
  }

  // What is sent

  /** Sends a packet at the end of the turn; false when it is larger than the client accepts. */
  send(packet: Packet): boolean {
    return this.connection.send(packet);
  }

  /** Sends a PUBACK, PUBREC, PUBREL or PUBCOMP; the reason code reaches clients whose version has one. */
  sendAck(type: AckType, packetId: number, reasonCode: ReasonCode = ReasonCode.SUCCESS): void {
    if (reasonCode === ReasonCode.SUCCESS || !this.isVersion5) {
      this.connection.outbox.sendAck(type === PacketType.PUBREL ? 0x62 : type << 4, packetId);
    } else {
      this.connection.send({ type, packetId, reasonCode, properties: NO_PROPERTIES });
    }
  }

  /**
   * Sends an Application Message. False when it is larger than the client accepts: then it counts as delivered
   * [MQTT-3.1.2-25]. `expiry`: the Message Expiry Interval to send, -1 for none.
   */
  sendMessage(
    message: Message,
    qos: QoS,
    retain: boolean,
    dup: boolean,
    packetId: number,
    identifiers: readonly number[],
    expiry: number,
  ): boolean {
    const { outgoing } = this.core;
    const { outbox, peerMaximumPacketSize } = this.connection;
    outgoing.of(message, this.isVersion5, qos, retain, identifiers, expiry);
    if (peerMaximumPacketSize !== Number.POSITIVE_INFINITY && outgoing.size() > peerMaximumPacketSize) {
      this.core.drops.count(this.info.clientId, "too-large");
      return false;
    }
    this.messagesSent += 1;
    if (qos === 0 && this.outgoingAliases === undefined) {
      outgoing.shareWith(outbox);
    } else {
      outgoing.dup = dup;
      outgoing.packetId = packetId;
      if (this.outgoingAliases !== undefined && !dup) {
        this.useAlias(this.outgoingAliases, message.topic, peerMaximumPacketSize);
      }
      outgoing.sendTo(outbox);
    }
    if (outbox.isBehind && outbox.pending > this.core.options.hardBacklog) {
      this.core.router.afterwards(() => this.close(ReasonCode.QUOTA_EXCEEDED, "it does not take what is sent to it"));
    }
    return true;
  }

  // How it ends

  /** Ends the connection from our side, telling clients of 5.0 why. */
  close(reasonCode: ReasonCode, reason: string, properties: DisconnectProperties = NO_PROPERTIES): void {
    this.ending.close(reasonCode, reason, properties);
  }

  /** Refuses a CONNECT; `version`: the dialect of the CONNACK. */
  refuse(reasonCode: ReasonCode, reason: string, clientId?: string): void {
    this.ending.refuse(reasonCode, reason, clientId);
  }

  /** Cuts the network connection. */
  destroy(): void {
    this.connection.destroy();
  }

  /** Too much waits for all clients together, and most of it for this one. */
  abandon(): void {
    this.ending.cut(ReasonCode.QUOTA_EXCEEDED, "the broker has no memory left for what it does not take");
  }

  /** The client said goodbye: its Will is forgotten if the reason is 0x00 [MQTT-3.14.4-3]. */
  goodbye(reasonCode: ReasonCode): void {
    this.ending.goodbye(reasonCode);
  }

  /** Looks at its deadlines; see Swept. */
  sweep(now: number, missed: number): void {
    this.connectDeadline += missed;
    if (now >= this.connectDeadline) {
      this.core.events.onRefused?.(this.remote, undefined, ReasonCode.UNSPECIFIED_ERROR, "no CONNECT came in time");
      this.ending.cut(ReasonCode.UNSPECIFIED_ERROR, "no CONNECT came in time");
      return;
    }
    if (this.reading.isHeld) {
      // Whom we do not read from cannot be heard of.
      this.keepAlive?.received();
    } else if (this.keepAlive?.isExpired(now, missed)) {
      this.close(
        ReasonCode.KEEP_ALIVE_TIMEOUT,
        "nothing was heard of the client for one and a half keep alive intervals",
      );
    }
  }

  // Back-pressure

  hold(): void {
    this.reading.hold();
  }

  release(): void {
    this.reading.release();
  }

  private useAlias(aliases: OutgoingAliases<string>, topic: string, limit: number): void {
    const { outgoing } = this.core;
    outgoing.alias = aliases.known(topic);
    if (outgoing.alias !== 0) {
      outgoing.withTopic = false;
      return;
    }
    outgoing.alias = aliases.assign(topic);
    if (outgoing.alias !== 0 && outgoing.size() > limit) {
      outgoing.alias = 0;
    }
  }
}

/** Whether what a client sends brings it something to read. Its acknowledgements rather make room. */
function isAnswered(type: PacketType): boolean {
  return type !== PacketType.PUBACK && type !== PacketType.PUBREC && type !== PacketType.PUBCOMP;
}
