import { UsageError } from "../../errors.ts";
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

const ipAddress: ValueType<string> = {
  ...text,
  expected: "an IP address of this machine",
  parse: (typed) => (/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+(%\S+)?)$/i.test(typed) ? typed : undefined),
};

/** mosquitto's other form is a key inside an OpenSSL engine. */
const keyForm: ValueType<"pem"> = {
  ...text,
  expected: "pem",
  parse: (typed) => {
    if (typed === "engine") throw new UsageError("mqtk has no OpenSSL engines", "give the key in a PEM file");
    return typed === "pem" ? typed : undefined;
  },
};

/** An option of mosquitto's clients that cannot be had: said by name, never ignored. */
function refused(flags: string, reason: string, hint: string | undefined) {
  const refusing: ValueType<never> = {
    ...text,
    parse: () => {
      throw new UsageError(reason, hint);
    },
  };
  return value(refusing, { flags, summary: "", hidden: true });
}

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
  bindAddress: value(ipAddress, {
    flags: "-A, --bind-address <address>",
    summary: "connect from this address of this machine",
  }),
  nodelay: flag({ flags: "--nodelay", summary: "send small packets at once, as mqtk always does" }),
  noTls: flag({ flags: "--no-tls", summary: "no TLS, even on port 8883" }),
  tlsEngine: refused(
    "--tls-engine <engine>",
    "mqtk has no OpenSSL engines",
    "give certificate and key with --cert and --key",
  ),
  keyform: value(keyForm, { flags: "--keyform <form>", summary: "pem", hidden: true }),
  tlsEngineKeyPassword: refused("--tls-engine-kpass-sha1 <digest>", "mqtk has no OpenSSL engines", undefined),
}));
export type NetworkValues = OptionValues<typeof networkOptions.options>;
