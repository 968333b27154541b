export type { Address, ParsedAddress, Scheme } from "./address.ts";
export { formatAddress, parseAddress, placeOf } from "./address.ts";
export type { ByteStream, PeerIdentity } from "./byte-stream.ts";
export type { DialOptions, TransportOptions } from "./dial.ts";
export { dial } from "./dial.ts";
export type { Stage } from "./errors.ts";
export { describeNetworkError, UnreachableError } from "./errors.ts";
export type { ListenAt, Listener } from "./listen.ts";
export { listen } from "./listen.ts";
