import type { ClientOptions } from "../client/index.ts";
import { type ConnectProperties, NO_PROPERTIES, ProtocolVersion, type Will } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import type { Address } from "../transport/index.ts";
import type { ConnectionValues } from "./options/connection.ts";
import type { WillValues } from "./options/will.ts";

/** 0xFFFFFFFF: the session does not expire (5.0, 3.1.2.11.2). */
const NEVER = 0xffff_ffff;

/** The second stage: what was typed → how the client connects. Throws UsageError where options contradict each other. */
export function clientOptionsFrom(values: ConnectionValues, will?: WillValues): ClientOptions {
  const version = values.mqttVersion;
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
    ...(userName === undefined ? {} : { userName }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(willMessage === undefined ? {} : { will: willMessage }),
  };
}

/** Where the broker is: `--unix`, or `--url` with what `--host` and `--port` say otherwise. */
export function addressFrom({ host, port, unix, url }: ConnectionValues): Address {
  if (unix !== undefined) {
    if (host !== undefined || port !== undefined || url !== undefined) {
      throw new UsageError("--unix and --host, --port or --url name different brokers", "give one of them");
    }
    return { scheme: "unix", host: "", port: 0, path: unix };
  }
  if (url?.address.scheme === "unix" && (host !== undefined || port !== undefined)) {
    throw new UsageError("a unix: URL has no host and no port", "leave out --host and --port, or the URL");
  }
  const base: Address = url?.address ?? { scheme: "mqtt", host: "localhost", port: 1883, path: "" };
  return { ...base, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
}

function credentialsFrom({ username, password, url, mqttVersion }: ConnectionValues) {
  const userName = username ?? url?.userName;
  const secret = password ?? url?.password;
  if (secret !== undefined && userName === undefined && mqttVersion !== ProtocolVersion.V5_0) {
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
  const { sessionExpiryInterval, disableCleanSession, mqttVersion } = values;
  if (sessionExpiryInterval !== undefined && mqttVersion !== ProtocolVersion.V5_0) {
    throw new UsageError("--session-expiry-interval needs MQTT 5", "leave it out, or take --mqtt-version 5");
  }
  // As mosquitto's clients do it: a session that is to be found again does not expire, unless -x says when.
  const expiry = sessionExpiryInterval ?? (disableCleanSession ? NEVER : undefined);
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
