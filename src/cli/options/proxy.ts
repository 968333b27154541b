import { type ProxyServer, parseProxy } from "../../transport/index.ts";
import { flag, group, list, type OptionValues, type ValueType, value } from "../option.ts";
import { text } from "../value-types.ts";

const proxyUrl: ValueType<ProxyServer> = {
  expected: "socks5h://[user:password@]host[:port] or http://[user:password@]host[:port]",
  parse: parseProxy,
  completion: { kind: "none" },
};

/** A header of the request that opens a WebSocket: `Authorization: Bearer x`. */
const header: ValueType<readonly [string, string]> = {
  ...text,
  expected: "a header such as 'Authorization: Bearer abc'",
  parse: (typed) => {
    const [, name, content] = /^([\w!#$%&'*+.^`|~-]+): *([\x20-\x7e\t]*)$/.exec(typed) ?? [];
    return name === undefined ? undefined : [name, content ?? ""];
  },
};

/** The way to the broker, where it is not simply TCP. */
export const networkOptions = group("Network", () => ({
  ws: flag({ flags: "--ws", summary: "MQTT over WebSocket, for --host; with a URL: ws:// or wss://" }),
  wsHeaders: list(header, {
    flags: "--ws-header <header>",
    summary: "add a header to the request that opens the WebSocket (may be repeated)",
    secret: true,
  }),
  proxy: value(proxyUrl, {
    flags: "--proxy <url>",
    summary: "connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port",
    defaultText: "ALL_PROXY, HTTPS_PROXY and NO_PROXY",
    secret: true,
  }),
}));
export type NetworkValues = OptionValues<typeof networkOptions.options>;
