export type { Accepted, Auth, ConnectAttempt, Identity, Permissions, Refusal } from "./auth/auth.ts";
export { Broker, type BrokerParts } from "./broker.ts";
export type { BrokerEvents, ClientInfo, DropReason } from "./events.ts";
export { type BrokerOptions, defaultBrokerOptions } from "./options.ts";
