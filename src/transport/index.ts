export type { Address, ParsedAddress, Scheme } from "./address.ts";
export {
  DEFAULT_PORTS,
  DEFAULT_WEBSOCKET_PATH,
  formatAddress,
  isEncrypted,
  parseAddress,
  placeOf,
  withoutCredentials,
} from "./address.ts";
export type { ByteStream, PeerIdentity } from "./byte-stream.ts";
export type { DialOptions, TransportOptions } from "./dial.ts";
export { dial } from "./dial.ts";
export type { Problem, Stage } from "./errors.ts";
export { describeNetworkError, errorCodeOf, UnreachableError } from "./errors.ts";
export type { ListenAt, Listener } from "./listen.ts";
export { listen } from "./listen.ts";
export type { ProxyServer } from "./proxy-url.ts";
export { isExempt, parseProxy } from "./proxy-url.ts";
export { located } from "./srv.ts";
export { suspicionOf, type TlsServerOptions } from "./tls-options.ts";
export type { TlsCredentials } from "./tls-server.ts";
