import {
  type ConnackPacket,
  type ConnectPacket,
  encodePacket,
  MAXIMUM_PACKET_SIZE,
  NO_PROPERTIES,
  type Packet,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  type PublishFrame,
  type PublishPacket,
  packetName,
  protocolVersionName,
  ReasonCode,
} from "../codec/index.ts";
import { type ConnectionHandler, PacketConnection } from "../connection/index.ts";
import { isMqtkError, MqtkError } from "../errors.ts";
import {
  type ByteStream,
  describeNetworkError,
  errorCodeOf,
  type Problem,
  placeOf,
  suspicionOf,
  UnreachableError,
} from "../transport/index.ts";
import type { Environment } from "./environment.ts";
import { asUsageError, brokenBy, RefusedError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";

/** A connection whose server has accepted the CONNECT. It is paused: nothing more is read until it is taken over. */
export interface Established {
  readonly connection: PacketConnection;
  readonly connack: ConnackPacket;
  /** From now on `handler` hears of everything, also of what happened in between; then the connection is to be resumed. */
  takeOver(handler: ConnectionHandler): void;
}

/** What differs between the first connection and later ones. */
export interface Attempt {
  readonly clientId: string;
  readonly cleanStart: boolean;
  /** Gives the attempt up. */
  readonly signal: AbortSignal | undefined;
}

function connectPacketFrom(options: ClientOptions, attempt: Pick<Attempt, "clientId" | "cleanStart">): ConnectPacket {
  const isVersion5 = options.protocolVersion === ProtocolVersion.V5_0;
  return {
    type: PacketType.CONNECT,
    protocolVersion: options.protocolVersion,
    bridge: false,
    cleanStart: attempt.cleanStart,
    keepAlive: options.keepAlive,
    clientId: attempt.clientId,
    will: options.will,
    userName: options.userName,
    password: options.password,
    properties: isVersion5 ? (options.properties ?? NO_PROPERTIES) : sessionProperties(attempt.cleanStart),
  };
}

/** Before 5.0 one flag says how a session begins and ends; the codec reads it from both. */
function sessionProperties(cleanStart: boolean): ConnectPacket["properties"] {
  return cleanStart ? NO_PROPERTIES : { sessionExpiryInterval: 0xffff_ffff };
}

/**
 * Opens a Network Connection and has it accepted (3.1, 3.2). Rejects with UnreachableError, RefusedError, ProtocolError,
 * with UsageError for options that cannot be put into a CONNECT, or with code "interrupted" when the attempt was given up.
 */
export async function establish(
  options: ClientOptions,
  attempt: Attempt,
  environment: Environment,
): Promise<Established> {
  const connect = asUsageError(() => encodePacket(connectPacketFrom(options, attempt), options.protocolVersion));
  const started = environment.clock.now();
  const stream = await environment.dial(options.address, {
    ...options.transport,
    timeout: options.connectTimeout,
    signal: attempt.signal,
  });
  const timeLeft = Math.max(1, options.connectTimeout - (environment.clock.now() - started));
  return new Promise((resolve, reject) => {
    new Handshake(stream, connect, options, attempt, timeLeft, environment, resolve, reject);
  });
}

/** Between CONNECT and CONNACK. Later it only passes on what the connection tells. */
class Handshake implements ConnectionHandler, Established {
  readonly connection: PacketConnection;
  connack!: ConnackPacket;
  private readonly options: ClientOptions;
  private readonly attempt: Attempt;
  private readonly resolve: (established: Established) => void;
  private readonly reject: (error: Error) => void;
  private cancelTimer: () => void = () => {};
  private handler: ConnectionHandler | undefined;
  private isSettled = false;
  private closed: { readonly cause: Error | undefined } | undefined;

  constructor(
    stream: ByteStream,
    connect: Buffer,
    options: ClientOptions,
    attempt: Attempt,
    timeLeft: number,
    environment: Environment,
    resolve: (established: Established) => void,
    reject: (error: Error) => void,
  ) {
    this.options = options;
    this.attempt = attempt;
    this.resolve = resolve;
    this.reject = reject;
    this.connection = new PacketConnection(stream, this, {
      role: "client",
      version: options.protocolVersion,
      maximumPacketSize: options.properties?.maximumPacketSize ?? MAXIMUM_PACKET_SIZE,
    });
    attempt.signal?.addEventListener("abort", this.aborted);
    if (attempt.signal?.aborted) {
      this.aborted();
      return;
    }
    this.connection.outbox.sendRange(connect, 0, connect.length);
    this.connection.outbox.flush();
    // Behind the write: meanwhile the server answers.
    if (!this.isSettled) this.cancelTimer = environment.delay(timeLeft, () => this.timedOut());
  }

  takeOver(handler: ConnectionHandler): void {
    this.handler = handler;
    if (this.closed !== undefined) handler.onClose(this.closed.cause);
  }

  onReceived(length: number): void {
    this.handler?.onReceived(length);
  }

  onPublish(frame: PublishFrame): void {
    if (this.handler === undefined) throw tooEarly(PacketType.PUBLISH);
    this.handler.onPublish(frame);
  }

  onPacket(packet: Exclude<Packet, PublishPacket>): void {
    if (this.handler !== undefined) this.handler.onPacket(packet);
    else this.first(packet);
  }

  onError(error: unknown): void {
    if (this.handler !== undefined) {
      this.handler.onError(error);
      return;
    }
    if (error instanceof ProtocolError) {
      // Before CONNACK nobody is told by a DISCONNECT: servers older than 5.0 would not know it.
      const isVersion5 = this.options.protocolVersion === ProtocolVersion.V5_0;
      this.fail(brokenBy(this.place, error, isVersion5 ? "does the server speak MQTT 5.0? try 3.1.1" : undefined));
    } else {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  onDrain(): void {
    this.handler?.onDrain();
  }

  onClose(cause: Error | undefined): void {
    this.closed = { cause };
    if (this.handler !== undefined) this.handler.onClose(cause);
    else this.fail(this.closedTooEarly(cause));
  }

  private first(packet: Exclude<Packet, PublishPacket>): void {
    if (packet.type === PacketType.AUTH) throw this.unexpectedAuth();
    // Nothing comes before CONNACK [MQTT-3.2.0-1].
    if (packet.type !== PacketType.CONNACK) throw tooEarly(packet.type);
    if (packet.reasonCode !== ReasonCode.SUCCESS) {
      this.fail(this.refusedWith(packet));
      return;
    }
    this.check(packet);
    this.connack = packet;
    this.settle();
    this.connection.pause();
    this.resolve(this);
  }

  private check({ sessionPresent, properties }: ConnackPacket): void {
    if (sessionPresent && this.attempt.cleanStart) {
      throw violation("CONNACK: session present, but a new session was asked for"); // [MQTT-3.2.2-2, 3.2.2-4]
    }
    // [MQTT-4.12.0-5]
    const asked = this.options.properties?.authenticationMethod;
    if (properties.authenticationMethod !== asked && this.options.protocolVersion === ProtocolVersion.V5_0) {
      throw violation("CONNACK: another authentication method than that of CONNECT");
    }
  }

  private unexpectedAuth(): Error {
    if (this.options.properties?.authenticationMethod === undefined) {
      return violation("AUTH: CONNECT asked for no authentication method"); // [MQTT-4.12.0-6]
    }
    return new RefusedError({
      summary: `${this.connection.remote} wants to go on with the authentication, which mqtk does not know how to`,
      packet: "AUTH",
      reasonCode: ReasonCode.BAD_AUTHENTICATION_METHOD,
    });
  }

  private refusedWith({ reasonCode, properties }: ConnackPacket): RefusedError {
    return new RefusedError({
      summary: `${this.place} refused the connection`,
      packet: "CONNACK",
      reasonCode,
      reasonString: properties.reasonString,
      serverReference: properties.serverReference,
      hint: this.hintFor(reasonCode),
    });
  }

  private hintFor(reasonCode: ReasonCode): string | undefined {
    switch (reasonCode) {
      case ReasonCode.BAD_USER_NAME_OR_PASSWORD:
        return "check user name and password";
      case ReasonCode.NOT_AUTHORIZED:
        return this.options.userName === undefined ? "the server may want a user name and a password" : undefined;
      case ReasonCode.UNSUPPORTED_PROTOCOL_VERSION:
        return `it does not speak ${protocolVersionName(this.options.protocolVersion)}: try another version`;
      case ReasonCode.CLIENT_IDENTIFIER_NOT_VALID:
        return "try another client identifier";
      default:
        return undefined;
    }
  }

  private closedTooEarly(cause: Error | undefined): MqtkError {
    // The transport knows better: with TLS 1.3 a server says what it misses when we already send.
    if (isMqtkError(cause)) return cause;
    const what =
      cause === undefined
        ? `${this.place} closed the connection instead of accepting it`
        : `the connection to ${this.place} broke before it was accepted: ${describeNetworkError(cause)}`;
    const code = errorCodeOf(cause);
    const isCut = cause === undefined || code === "ECONNRESET" || code === "EPIPE";
    const suspicion = isCut ? this.suspicion : undefined;
    if (suspicion === "client-certificate-disliked") {
      return new UnreachableError("connack", what, { cause, problem: suspicion });
    }
    if (suspicion !== undefined) {
      return new UnreachableError("connack", what, {
        cause,
        hint: "does it want a client certificate, or does no MQTT server of this version listen there?",
      });
    }
    return new UnreachableError("connack", what, {
      cause,
      hint:
        this.options.address.scheme === "mqtt"
          ? "does an MQTT server listen there, does it speak this version, and does it do so without TLS?"
          : "does an MQTT server listen there, and does it speak this version?",
    });
  }

  /** A server that closes right after TLS, without a word of MQTT, mostly has something against the certificate. */
  private get suspicion(): Problem | undefined {
    const { address, transport } = this.options;
    return address.scheme === "mqtts" ? suspicionOf(transport?.tls ?? {}) : undefined;
  }

  private timedOut(): void {
    const seconds = this.options.connectTimeout / 1000;
    this.fail(
      new UnreachableError(
        "connack",
        `${this.place} was reached, but did not accept the connection within ${seconds} s`,
        {
          hint: "does an MQTT server listen there?",
        },
      ),
    );
  }

  private readonly aborted = (): void => {
    this.fail(new MqtkError("interrupted", `connecting to ${this.place} was interrupted`));
  };

  private fail(error: Error): void {
    if (this.isSettled) return;
    this.settle();
    this.connection.destroy();
    this.reject(isMqtkError(error) ? error : new MqtkError("protocol", error.message, { cause: error }));
  }

  private settle(): void {
    this.isSettled = true;
    this.cancelTimer();
    this.attempt.signal?.removeEventListener("abort", this.aborted);
  }

  private get place(): string {
    return placeOf(this.options.address);
  }
}

function tooEarly(type: PacketType): ProtocolError {
  return violation(`${packetName(type)}: before CONNACK`);
}

function violation(message: string): ProtocolError {
  return new ProtocolError(ReasonCode.PROTOCOL_ERROR, message);
}
