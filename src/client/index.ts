export type { Address } from "../transport/index.ts";
export { Client } from "./client.ts";
export { type Environment, systemEnvironment } from "./environment.ts";
export { ConnectionLostError, RefusedError } from "./errors.ts";
export type { ClientHandlers, ClientOptions, MessageEnvelope, OutgoingMessage } from "./options.ts";
export type { ReceivedMessage } from "./received-message.ts";
export type { ReconnectPolicy } from "./reconnect-policy.ts";
