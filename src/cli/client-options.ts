import type { ClientOptions } from "../client/index.ts";
import { type ConnectProperties, NO_PROPERTIES, ProtocolVersion, type Will } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { type Address, DEFAULT_PORTS, DEFAULT_WEBSOCKET_PATH, isEncrypted, located } from "../transport/index.ts";
import type { VersionChoice } from "./mqtt-types.ts";
import type { ConnectionValues } from "./options/connection.ts";
import type { WillValues } from "./options/will.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { TransportValues } from "./transport-options.ts";

/** 0xFFFFFFFF: the session does not expire (5.0, 3.1.2.11.2). */
const NEVER = 0xffff_ffff;

/** The second stage: what was typed → how the client connects. Throws UsageError where options contradict each other. */
export function clientOptionsFrom(values: ConnectionValues, will?: WillValues): ClientOptions {
  const version = versionOf(values.mqttVersion);
  const { userName, password } = credentialsFrom(values);
  const willMessage = will && willFrom(will);
  return {
    address: addressFrom(values),
    protocolVersion: version,
    clientId: clientIdFrom(values),
    cleanStart: !values.disableCleanSession,
    keepAlive: values.keepAlive,
    connectTimeout: values.connectTimeout,
    properties: propertiesFrom(values),
    ...(values.maximumInFlight === undefined ? {} : { maximumInFlight: values.maximumInFlight }),
    ...(userName === undefined ? {} : { userName }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(willMessage === undefined ? {} : { will: willMessage }),
  };
}

/** The version to try first. */
function versionOf(choice: VersionChoice): ProtocolVersion {
  return choice === "auto" ? ProtocolVersion.V5_0 : choice;
}

/** The same, with what takes files, questions and the environment: TLS, WebSocket, proxies. */
export async function completeClientOptionsFrom(
  values: TransportValues,
  terminal: Terminal,
  will?: WillValues,
): Promise<ClientOptions> {
  const named = clientOptionsFrom(values, will);
  const options = values.srv ? { ...named, address: await located(named.address) } : named;
  const transport = await transportFrom(values, options.address, terminal);
  return transport === undefined ? options : { ...options, transport };
}

/** How bytes get to the broker; undefined for plain TCP and Unix sockets, which most are and need no more code. */
export async function transportFrom(
  values: TransportValues,
  address: Address,
  terminal: Terminal,
): Promise<ClientOptions["transport"]> {
  const { environment } = terminal;
  const { scheme } = address;
  const isPlain = scheme === "mqtt" || scheme === "unix";
  const isDirect = ![values.proxy, values.bindAddress, environment["all_proxy"], environment["ALL_PROXY"]].some(
    Boolean,
  );
  if (isPlain && isDirect) return undefined;
  return (await import("./transport-options.ts")).transportOptionsFrom(values, address, terminal);
}

/** Where the broker is: `--unix`, or `--url` with what `--host` and `--port` say otherwise. */
export function addressFrom(values: ConnectionValues & Partial<TransportValues>): Address {
  const { host, port, unix, url } = values;
  const tlsOption = tlsOptionIn(values);
  if (unix !== undefined) {
    if (host !== undefined || port !== undefined || url !== undefined) {
      throw new UsageError("--unix and --host, --port or --url name different brokers", "give one of them");
    }
    if (tlsOption !== undefined) throw new UsageError(`${tlsOption} has no meaning on a Unix socket`, "leave it out");
    return { scheme: "unix", host: "", port: 0, path: unix };
  }
  if (url?.address.scheme === "unix" && (host !== undefined || port !== undefined)) {
    throw new UsageError("a unix: URL has no host and no port", "leave out --host and --port, or the URL");
  }
  if (url !== undefined) {
    const { scheme } = url.address;
    if (tlsOption !== undefined && !isEncrypted(scheme)) {
      const secure = scheme === "ws" ? "wss://" : "mqtts://";
      throw new UsageError(
        `${tlsOption} has no meaning with ${scheme === "unix" ? "unix:" : `${scheme}://`}, which is not encrypted`,
        scheme === "unix" ? "leave it out" : `write ${secure}, or leave it out`,
      );
    }
    if (values.ws && !/^wss?$/.test(scheme))
      throw new UsageError("--ws and the URL contradict each other", "write ws://");
  }
  if (values.noTls && (tlsOption !== undefined || (url !== undefined && isEncrypted(url.address.scheme)))) {
    throw new UsageError(`--no-tls and ${tlsOption ?? "the URL"} contradict each other`);
  }
  // As mosquitto's clients: with a CA, a certificate or a key, or on TLS's own port, there is TLS.
  const wantsTls = tlsOption !== undefined || (port === DEFAULT_PORTS.mqtts && !values.ws && !values.noTls);
  const scheme = values.ws ? (wantsTls ? "wss" : "ws") : wantsTls ? "mqtts" : "mqtt";
  const base: Address = url?.address ?? {
    scheme,
    host: "localhost",
    port: DEFAULT_PORTS[scheme],
    path: values.ws ? DEFAULT_WEBSOCKET_PATH : "",
  };
  return { ...base, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
}

/** The first option that was given and means TLS. */
function tlsOptionIn(values: Partial<TransportValues>): string | undefined {
  const { cafile, capath, tlsUseOsCerts, tlsDev, cert, pkcs12, psk, insecure, tlsAlpn, tlsServerName } = values;
  const given: Readonly<Record<string, unknown>> = {
    "--cafile": cafile,
    "--capath": capath,
    "--tls-use-os-certs": tlsUseOsCerts,
    "--tls-dev": tlsDev,
    "--cert": cert,
    "--pkcs12": pkcs12,
    "--psk": psk,
    "--insecure": insecure,
    "--tls-alpn": tlsAlpn,
    "--tls-server-name": tlsServerName,
  };
  return Object.keys(given).find((name) => given[name] !== undefined && given[name] !== false);
}

function credentialsFrom({ username, password, url, mqttVersion }: ConnectionValues) {
  const userName = username ?? url?.userName;
  const secret = password ?? url?.password;
  if (secret !== undefined && userName === undefined && versionOf(mqttVersion) !== ProtocolVersion.V5_0) {
    throw new UsageError("a password needs a user name in MQTT 3.1 and 3.1.1", "give --username as well"); // [MQTT-3.1.2-22]
  }
  return { userName, password: secret };
}

function clientIdFrom({ id, idPrefix, disableCleanSession }: ConnectionValues): string {
  if (id !== undefined && idPrefix !== undefined) {
    throw new UsageError("--id and --id-prefix contradict each other", "give one of them");
  }
  if (disableCleanSession && (id === undefined || id === "")) {
    throw new UsageError("--disable-clean-session needs --id", "the broker finds a session by its client id");
  }
  return id ?? `${idPrefix ?? "mqtk-"}${madeUp()}`;
}

/** Ten characters; with the prefix within the 23 that MQTT 3.1 allows. Unique, not secret. */
function madeUp(): string {
  return Array.from({ length: 10 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
}

function propertiesFrom(values: ConnectionValues): ConnectProperties {
  const { sessionExpiryInterval, disableCleanSession, mqttVersion, id } = values;
  if (sessionExpiryInterval !== undefined && versionOf(mqttVersion) !== ProtocolVersion.V5_0) {
    throw new UsageError("--session-expiry-interval needs MQTT 5", "leave it out, or take --mqtt-version 5");
  }
  // As mosquitto's clients do it: a session that is to be found again does not expire, unless -x says when.
  const expiry = sessionExpiryInterval ?? (disableCleanSession ? NEVER : undefined);
  if (expiry === NEVER && (id === undefined || id === "")) {
    throw new UsageError("a session that never expires needs --id", "nobody finds it again under a client id made up");
  }
  return expiry === undefined ? NO_PROPERTIES : { sessionExpiryInterval: expiry };
}

function willFrom({ willTopic, willPayload, willQos, willRetain }: WillValues): Will | undefined {
  if (willTopic === undefined) {
    if (willPayload === undefined && willQos === 0 && !willRetain) return undefined;
    throw new UsageError("a will needs --will-topic");
  }
  return {
    topic: willTopic,
    payload: Buffer.from(willPayload ?? ""),
    qos: willQos,
    retain: willRetain,
    properties: NO_PROPERTIES,
  };
}
