export type { Accepted, Auth, ConnectAttempt, Identity, Permissions, Refusal } from "./auth/auth.ts";
export { type Passwords, parsePasswordFile, parseUser } from "./auth/password-file.ts";
export { Users, type UsersOptions } from "./auth/users.ts";
export { Broker, type BrokerParts } from "./broker.ts";
export type { BrokerEvents, ClientInfo, DropReason } from "./events.ts";
export { type BrokerOptions, defaultBrokerOptions, type ListenerOptions, type QueuePolicy } from "./options.ts";
export type { BrokerStatistics } from "./status/statistics.ts";
