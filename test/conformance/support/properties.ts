/** Properties by name; flags and bytes are numbers, as on the wire. */
export interface Properties {
  payloadFormatIndicator?: number;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  subscriptionIdentifiers?: number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: number;
  willDelayInterval?: number;
  requestResponseInformation?: number;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: number;
  retainAvailable?: number;
  userProperties?: [string, string][];
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: number;
  subscriptionIdentifierAvailable?: number;
  sharedSubscriptionAvailable?: number;
}

export type Kind = "byte" | "two" | "four" | "varint" | "text" | "binary" | "pair";

const P = "PUBLISH";
const ACKS = "PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK";

/** Table 2-4: identifier, name, type, and which packets of a server may carry it. */
export const PROPERTIES: readonly (readonly [number, keyof Properties, Kind, string])[] = [
  [0x01, "payloadFormatIndicator", "byte", P],
  [0x02, "messageExpiryInterval", "four", P],
  [0x03, "contentType", "text", P],
  [0x08, "responseTopic", "text", P],
  [0x09, "correlationData", "binary", P],
  [0x0b, "subscriptionIdentifiers", "varint", P],
  [0x11, "sessionExpiryInterval", "four", "CONNACK"],
  [0x12, "assignedClientIdentifier", "text", "CONNACK"],
  [0x13, "serverKeepAlive", "two", "CONNACK"],
  [0x15, "authenticationMethod", "text", "CONNACK AUTH"],
  [0x16, "authenticationData", "binary", "CONNACK AUTH"],
  [0x17, "requestProblemInformation", "byte", ""],
  [0x18, "willDelayInterval", "four", ""],
  [0x19, "requestResponseInformation", "byte", ""],
  [0x1a, "responseInformation", "text", "CONNACK"],
  [0x1c, "serverReference", "text", "CONNACK DISCONNECT"],
  [0x1f, "reasonString", "text", `CONNACK DISCONNECT AUTH ${ACKS}`],
  [0x21, "receiveMaximum", "two", "CONNACK"],
  [0x22, "topicAliasMaximum", "two", "CONNACK"],
  [0x23, "topicAlias", "two", P],
  [0x24, "maximumQoS", "byte", "CONNACK"],
  [0x25, "retainAvailable", "byte", "CONNACK"],
  [0x26, "userProperties", "pair", `CONNACK PUBLISH DISCONNECT AUTH ${ACKS}`],
  [0x27, "maximumPacketSize", "four", "CONNACK"],
  [0x28, "wildcardSubscriptionAvailable", "byte", "CONNACK"],
  [0x29, "subscriptionIdentifierAvailable", "byte", "CONNACK"],
  [0x2a, "sharedSubscriptionAvailable", "byte", "CONNACK"],
];
