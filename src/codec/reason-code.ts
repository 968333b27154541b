import { PacketType, type Sender } from "./packet.ts";

/** Every reason code of MQTT 5.0 by the standard's name (section 2.4). Codes from 0x80 on mean failure. */
export const ReasonCode = {
  /** Also "Normal disconnection" in DISCONNECT and "Granted QoS 0" in SUBACK. */
  SUCCESS: 0x00,
  NORMAL_DISCONNECTION: 0x00,
  GRANTED_QOS_0: 0x00,
  GRANTED_QOS_1: 0x01,
  GRANTED_QOS_2: 0x02,
  DISCONNECT_WITH_WILL_MESSAGE: 0x04,
  NO_MATCHING_SUBSCRIBERS: 0x10,
  NO_SUBSCRIPTION_EXISTED: 0x11,
  CONTINUE_AUTHENTICATION: 0x18,
  RE_AUTHENTICATE: 0x19,
  UNSPECIFIED_ERROR: 0x80,
  MALFORMED_PACKET: 0x81,
  PROTOCOL_ERROR: 0x82,
  IMPLEMENTATION_SPECIFIC_ERROR: 0x83,
  UNSUPPORTED_PROTOCOL_VERSION: 0x84,
  CLIENT_IDENTIFIER_NOT_VALID: 0x85,
  BAD_USER_NAME_OR_PASSWORD: 0x86,
  NOT_AUTHORIZED: 0x87,
  SERVER_UNAVAILABLE: 0x88,
  SERVER_BUSY: 0x89,
  BANNED: 0x8a,
  SERVER_SHUTTING_DOWN: 0x8b,
  BAD_AUTHENTICATION_METHOD: 0x8c,
  KEEP_ALIVE_TIMEOUT: 0x8d,
  SESSION_TAKEN_OVER: 0x8e,
  TOPIC_FILTER_INVALID: 0x8f,
  TOPIC_NAME_INVALID: 0x90,
  PACKET_IDENTIFIER_IN_USE: 0x91,
  PACKET_IDENTIFIER_NOT_FOUND: 0x92,
  RECEIVE_MAXIMUM_EXCEEDED: 0x93,
  TOPIC_ALIAS_INVALID: 0x94,
  PACKET_TOO_LARGE: 0x95,
  MESSAGE_RATE_TOO_HIGH: 0x96,
  QUOTA_EXCEEDED: 0x97,
  ADMINISTRATIVE_ACTION: 0x98,
  PAYLOAD_FORMAT_INVALID: 0x99,
  RETAIN_NOT_SUPPORTED: 0x9a,
  QOS_NOT_SUPPORTED: 0x9b,
  USE_ANOTHER_SERVER: 0x9c,
  SERVER_MOVED: 0x9d,
  SHARED_SUBSCRIPTIONS_NOT_SUPPORTED: 0x9e,
  CONNECTION_RATE_EXCEEDED: 0x9f,
  MAXIMUM_CONNECT_TIME: 0xa0,
  SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED: 0xa1,
  WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED: 0xa2,
} as const;
export type ReasonCode = (typeof ReasonCode)[keyof typeof ReasonCode];

interface Definition {
  /** The standard's name, as people read it. */
  readonly name: string;
  /** What it means, in a sentence for people. */
  readonly meaning: string;
  /** The packets that may carry it, whoever sends them. */
  readonly either?: number;
  /** The packets that may carry it from a server to a client only. */
  readonly server?: number;
  /** The packets that may carry it from a client to a server only. */
  readonly client?: number;
}

const CONNACK = 1 << PacketType.CONNACK;
const PUBACK = 1 << PacketType.PUBACK;
const PUBREC = 1 << PacketType.PUBREC;
const PUBREL = 1 << PacketType.PUBREL;
const PUBCOMP = 1 << PacketType.PUBCOMP;
const SUBACK = 1 << PacketType.SUBACK;
const UNSUBACK = 1 << PacketType.UNSUBACK;
const DISCONNECT = 1 << PacketType.DISCONNECT;
const AUTH = 1 << PacketType.AUTH;

const SUCCESS: Definition = {
  name: "Success",
  meaning: "It was accepted.",
  either: PUBACK | PUBREC | PUBREL | PUBCOMP | DISCONNECT,
  server: CONNACK | SUBACK | UNSUBACK | AUTH,
};

/** Table 2-6 with the columns "Sent by" of tables 3-10 and 3-11 and the remarks on 0x10. */
const makeDefinitions = (): Readonly<Record<ReasonCode, Definition>> => ({
  0: SUCCESS,
  1: { name: "Granted QoS 1", meaning: "The subscription is accepted with at most QoS 1.", server: SUBACK },
  2: { name: "Granted QoS 2", meaning: "The subscription is accepted with every QoS.", server: SUBACK },
  4: {
    name: "Disconnect with Will Message",
    meaning: "The client leaves and wants its will to be published.",
    client: DISCONNECT,
  },
  16: {
    name: "No matching subscribers",
    meaning: "The message is accepted, but nobody subscribes to its topic.",
    server: PUBACK | PUBREC,
  },
  17: { name: "No subscription existed", meaning: "There was no such subscription to remove.", server: UNSUBACK },
  24: { name: "Continue authentication", meaning: "The authentication goes on with another step.", either: AUTH },
  25: { name: "Re-authenticate", meaning: "The client begins to authenticate anew.", client: AUTH },
  128: {
    name: "Unspecified error",
    meaning: "The other side does not tell why, or no other code applies.",
    either: PUBACK | PUBREC | DISCONNECT,
    server: CONNACK | SUBACK | UNSUBACK,
  },
  129: {
    name: "Malformed Packet",
    meaning: "A packet could not be read.",
    either: DISCONNECT,
    server: CONNACK,
  },
  130: {
    name: "Protocol Error",
    meaning: "A packet was not allowed, or not allowed at that moment.",
    either: DISCONNECT,
    server: CONNACK,
  },
  131: {
    name: "Implementation specific error",
    meaning: "The packet is valid, but this implementation does not accept it.",
    either: PUBACK | PUBREC | DISCONNECT,
    server: CONNACK | SUBACK | UNSUBACK,
  },
  132: {
    name: "Unsupported Protocol Version",
    meaning: "The server does not speak this version of MQTT.",
    server: CONNACK,
  },
  133: {
    name: "Client Identifier not valid",
    meaning: "The server does not allow this client identifier.",
    server: CONNACK,
  },
  134: {
    name: "Bad User Name or Password",
    meaning: "The server does not accept this user name or password.",
    server: CONNACK,
  },
  135: {
    name: "Not authorized",
    meaning: "The client may not do this.",
    either: PUBACK | PUBREC,
    server: CONNACK | SUBACK | UNSUBACK | DISCONNECT,
  },
  136: { name: "Server unavailable", meaning: "The MQTT server is not available.", server: CONNACK },
  137: { name: "Server busy", meaning: "The server is busy; try again later.", server: CONNACK | DISCONNECT },
  138: { name: "Banned", meaning: "This client was banned by an administrator.", server: CONNACK },
  139: { name: "Server shutting down", meaning: "The server is shutting down.", server: DISCONNECT },
  // Table 2-6 lists DISCONNECT here, table 3-10 forgets it and so does not say who may send it.
  140: {
    name: "Bad authentication method",
    meaning: "The authentication method is not supported, or not the one in use.",
    either: DISCONNECT,
    server: CONNACK,
  },
  141: {
    name: "Keep Alive timeout",
    meaning: "Nothing was received for one and a half times the keep alive.",
    server: DISCONNECT,
  },
  142: {
    name: "Session taken over",
    meaning: "Another connection uses the same client identifier.",
    server: DISCONNECT,
  },
  143: {
    name: "Topic Filter invalid",
    meaning: "The topic filter is not allowed.",
    server: SUBACK | UNSUBACK | DISCONNECT,
  },
  144: {
    name: "Topic Name invalid",
    meaning: "The topic name is not allowed.",
    either: PUBACK | PUBREC | DISCONNECT,
    server: CONNACK,
  },
  145: {
    name: "Packet Identifier in use",
    meaning: "The packet identifier is already in use; the session states differ.",
    either: PUBACK | PUBREC,
    server: SUBACK | UNSUBACK,
  },
  146: {
    name: "Packet Identifier not found",
    meaning: "The packet identifier is not known; ordinary after a reconnect.",
    either: PUBREL | PUBCOMP,
  },
  147: {
    name: "Receive Maximum exceeded",
    meaning: "More messages were in flight than the receiver allows.",
    either: DISCONNECT,
  },
  148: {
    name: "Topic Alias invalid",
    meaning: "A topic alias was zero or greater than the receiver allows.",
    either: DISCONNECT,
  },
  149: {
    name: "Packet too large",
    meaning: "A packet was larger than the receiver allows.",
    either: DISCONNECT,
    server: CONNACK,
  },
  150: { name: "Message rate too high", meaning: "Messages arrive too fast.", either: DISCONNECT },
  151: {
    name: "Quota exceeded",
    meaning: "A limit set by the administrator or the implementation was exceeded.",
    either: PUBACK | PUBREC | DISCONNECT,
    server: CONNACK | SUBACK,
  },
  152: { name: "Administrative action", meaning: "An administrator closed the connection.", either: DISCONNECT },
  153: {
    name: "Payload format invalid",
    meaning: "The payload is not the UTF-8 text that it claims to be.",
    either: PUBACK | PUBREC | DISCONNECT,
    server: CONNACK,
  },
  154: {
    name: "Retain not supported",
    meaning: "The server does not keep retained messages.",
    server: CONNACK | DISCONNECT,
  },
  155: {
    name: "QoS not supported",
    meaning: "The server does not support this QoS.",
    server: CONNACK | DISCONNECT,
  },
  156: {
    name: "Use another server",
    meaning: "The client should use another server for now.",
    server: CONNACK | DISCONNECT,
  },
  157: {
    name: "Server moved",
    meaning: "The client should use another server from now on.",
    server: CONNACK | DISCONNECT,
  },
  158: {
    name: "Shared Subscriptions not supported",
    meaning: "The server does not support shared subscriptions.",
    server: SUBACK | DISCONNECT,
  },
  159: {
    name: "Connection rate exceeded",
    meaning: "Too many connections in too short a time.",
    server: CONNACK | DISCONNECT,
  },
  160: {
    name: "Maximum connect time",
    meaning: "The connection lasted as long as it was allowed to.",
    server: DISCONNECT,
  },
  161: {
    name: "Subscription Identifiers not supported",
    meaning: "The server does not support subscription identifiers.",
    server: SUBACK | DISCONNECT,
  },
  162: {
    name: "Wildcard Subscriptions not supported",
    meaning: "The server does not support wildcards in subscriptions.",
    server: SUBACK | DISCONNECT,
  },
});

/** Made at the first code other than 0: many runs see none. */
let definitions: Readonly<Record<number, Definition>> | undefined;

const NOWHERE: Pick<Definition, "either" | "server" | "client"> = {};

function definitionOf(code: number): Definition | undefined {
  if (code === ReasonCode.SUCCESS) return SUCCESS;
  definitions ??= makeDefinitions();
  return definitions[code];
}

/** The standard's name of a code, for people: "Not authorized". What 0x00 is called depends on the packet. */
export function reasonCodeName(code: number, packet?: PacketType): string {
  if (code === ReasonCode.SUCCESS && packet === PacketType.DISCONNECT) return "Normal disconnection";
  if (code === ReasonCode.SUCCESS && packet === PacketType.SUBACK) return "Granted QoS 0";
  return definitionOf(code)?.name ?? `Unknown reason code ${reasonCodeHex(code)}`;
}

/** What a code means, in a sentence for people; undefined where the standard knows no such code. */
export function reasonCodeMeaning(code: number): string | undefined {
  return definitionOf(code)?.meaning;
}

/** The code as the standard prints it: "0x8E". */
export function reasonCodeHex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Whether `sender` (or anyone, where it is not given) may use `code` in a packet of this type. */
export function mayCarry(packet: PacketType, code: number, sender?: Sender): code is ReasonCode {
  const { either = 0, server = 0, client = 0 } = definitionOf(code) ?? NOWHERE;
  const packets = either | (sender === "server" ? 0 : client) | (sender === "client" ? 0 : server);
  return (packets & (1 << packet)) !== 0;
}
