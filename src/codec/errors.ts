import { MqtkError } from "../errors.ts";
import { type PacketType, packetName } from "./packet.ts";
import { ProtocolVersion } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

export interface ProtocolErrorDetails {
  /** The level that an otherwise readable CONNECT asked for, where it is not one of ours. */
  readonly protocolLevel?: number;
  readonly hint?: string;
}

/**
 * The peer broke the protocol, or a packet to be sent would have (section 4.13). The message is for people, the reason code for the peer.
 *
 * Whether the peer may be told depends on where the connection stands:
 * - before CONNACK: `connackVersion` names the dialect where it is set; otherwise a parser whose `version` is 5 has read enough of the
 *   CONNECT to be answered in 5.0; otherwise nothing is sent ([MQTT-3.1.4-1] of 3.1.1, a wrong protocol name, no CONNECT at all);
 * - afterwards: DISCONNECT, which a server may send in 5.0 only.
 */
export class ProtocolError extends MqtkError {
  readonly reasonCode: ReasonCode;
  readonly protocolLevel: number | undefined;

  constructor(reasonCode: ReasonCode, message: string, details: ProtocolErrorDetails = {}) {
    super("protocol", message, { hint: details.hint });
    this.reasonCode = reasonCode;
    this.protocolLevel = details.protocolLevel;
  }

  /** The dialect of the CONNACK that refuses an unsupported level: 3.1.1 for older ones ([MQTT-3.1.2-2] there), 5.0 for newer ones. */
  get connackVersion(): ProtocolVersion | undefined {
    if (this.protocolLevel === undefined) return undefined;
    return this.protocolLevel > ProtocolVersion.V5_0 ? ProtocolVersion.V5_0 : ProtocolVersion.V3_1_1;
  }
}

/** A packet that cannot be read: "PUBLISH: QoS 3". */
export function malformed(type: PacketType, what: string): ProtocolError {
  return new ProtocolError(ReasonCode.MALFORMED_PACKET, `${packetName(type)}: ${what}`);
}

/** A packet that can be read and says what is not allowed; pass the reason code where the standard has a better one than 0x82. */
export function violation(
  type: PacketType,
  what: string,
  reasonCode: ReasonCode = ReasonCode.PROTOCOL_ERROR,
): ProtocolError {
  return new ProtocolError(reasonCode, `${packetName(type)}: ${what}`);
}
