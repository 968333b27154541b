import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { Broker, type BrokerParts } from "../../../src/broker/index.ts";
import { farewellOf, MqttClient, type Place } from "./mqtt-client.ts";
import type { Packet } from "./read.ts";
import { type ConnectFields, connect, type Version } from "./write.ts";

const url = process.env["MQTK_CONFORMANCE_URL"];

/** The tests run on a broker that somebody else started: what is not the standard's word but mqtk's is not asked of it. */
export const isRemote = url !== undefined;

const VERSION_NAMES: Readonly<Record<Version, string>> = { 3: "3.1", 4: "3.1.1", 5: "5.0" };

/** Seconds that a persistent session of a test lives on. */
const LASTING = 300;

const running: Broker[] = [];
afterAll(() => Promise.all(running.map((broker) => broker.stop(0))));

const run = randomBytes(3).toString("hex");
let count = 0;

type Sendable = string | Buffer | readonly (string | Buffer)[];

/** What one test has: connections to its broker, and names that nobody else uses. */
export class Mqtt {
  readonly version: Version;
  private readonly place: () => Promise<Place>;
  private readonly clients: MqttClient[] = [];
  private readonly name = `${run}${(count++).toString(36)}`;
  private ids = 0;

  constructor(version: Version, place: () => Promise<Place>) {
    this.version = version;
    this.place = place;
  }

  /** A topic of this test. */
  topic(suffix = "t"): string {
    return `${this.name}/${suffix}`;
  }

  /** A Client Identifier that every broker has to allow [MQTT-3.1.3-5]. */
  clientId(): string {
    this.ids += 1;
    return `c${this.name}x${this.ids}`;
  }

  /** A network connection on which nothing was said yet. */
  async open(version = this.version): Promise<MqttClient> {
    const client = await MqttClient.open(await this.place(), version);
    this.clients.push(client);
    return client;
  }

  /** A client that was let in. `persistent`: its session outlives the connection. */
  async connect(
    fields: ConnectFields & { readonly persistent?: boolean; readonly version?: Version } = {},
  ): Promise<MqttClient> {
    const { persistent = false, version = this.version, ...rest } = fields;
    const client = await this.open(version);
    const lasting: ConnectFields = persistent
      ? {
          clean: false,
          ...(version === 5 ? { properties: { sessionExpiryInterval: LASTING, ...rest.properties } } : {}),
        }
      : {};
    await client.connect({ clientId: this.clientId(), ...rest, ...lasting });
    return client;
  }

  /** A client that subscribed to the filter. */
  async subscriber(filter: string, qos = 0): Promise<MqttClient> {
    const client = await this.connect();
    await client.subscribe({ filter, qos });
    return client;
  }

  /** A connection on which CONNECT was sent and nothing awaited. */
  async attempt(fields: ConnectFields): Promise<MqttClient> {
    const client = await this.open();
    client.send(connect(this.version, fields));
    return client;
  }

  /** Sends something wrong as a client that was let in: its connection must end, in 5.0 with one of these codes. */
  async offends(bytes: Sendable, ...codes: number[]): Promise<void> {
    const client = await this.connect();
    client.send(...[bytes].flat());
    await naming(bytes, closedWith(client, ...codes));
  }

  /** Sends something wrong instead of a proper CONNECT: the connection must end, and nobody was let in. */
  async isRefused(bytes: string | Buffer, ...codes: number[]): Promise<Packet | undefined> {
    const client = await this.open();
    client.send(bytes);
    return naming(bytes, refusedWith(client, ...codes));
  }

  /** Ends what the test left open. */
  close(): void {
    for (const client of this.clients) {
      client.raw.destroy();
    }
  }
}

/**
 * The broker ends the connection of a client that was let in. In 5.0 it says why with one of these codes: mqtk always
 * does, other brokers may be silent. Before 5.0 there is no DISCONNECT from servers; other packets may come before the end.
 */
export async function closedWith(client: MqttClient, ...codes: number[]): Promise<void> {
  const packets = await client.end();
  if (client.version === 5) {
    const farewell = farewellOf(packets);
    if (farewell !== undefined) {
      expect(packets.at(-1), "something behind the DISCONNECT").toBe(farewell);
    }
    if (farewell !== undefined || !isRemote) {
      expect(tolerated(codes).map(hex)).toContain(hex(farewell?.code));
    }
  }
}

/**
 * The broker refuses a CONNECT: nothing but a CONNACK with one of these codes, then the end. mqtk always sends the CONNACK
 * if there are codes; others may close without. No codes: there must be no CONNACK.
 */
export async function refusedWith(client: MqttClient, ...codes: number[]): Promise<Packet | undefined> {
  const packets = await client.end();
  expect(packets.length, "packets before the end").toBeLessThanOrEqual(codes.length > 0 ? 1 : 0);
  const [connack] = packets;
  if (connack === undefined) {
    expect(isRemote || codes.length === 0, "no CONNACK").toBe(true);
    return undefined;
  }
  expect(connack).toMatchObject({ type: "CONNACK", sessionPresent: false });
  expect(tolerated(codes).map(hex)).toContain(hex((connack as { code: number }).code));
  return connack;
}

/** Whether a packet is malformed or breaks the protocol is a question of taste: others may answer with either code. */
function tolerated(codes: readonly number[]): readonly number[] {
  return isRemote && (codes.includes(0x81) || codes.includes(0x82)) ? [...codes, 0x81, 0x82] : codes;
}

/** Says in the error which bytes it was about. */
async function naming<T>(bytes: Sendable, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const shown = [bytes].flat().map((piece) => (typeof piece === "string" ? piece : piece.toString("hex")));
    throw new Error(`after ${shown.join(" ")}: ${(error as Error).message}`);
  }
}

function hex(code: number | undefined): string {
  return code === undefined ? "none" : `0x${code.toString(16).padStart(2, "0")}`;
}

type Body = (mqtt: Mqtt) => Promise<void>;
type Register = (title: string, body: Body) => void;

interface Suite {
  /** A test in MQTT 5.0. */
  readonly in5: Register;
  readonly in311: Register;
  readonly in31: Register;
  /** The same test in 3.1.1 and 5.0. */
  readonly inBoth: Register;
  /** The same test in 3.1, 3.1.1 and 5.0. */
  readonly inAll: Register;
}

/** Tests on a broker of their own, for what its options decide; they are skipped where the broker is somebody else's. */
export function withBroker(parts: BrokerParts): Suite {
  return suite(brokerStarter(parts), isRemote);
}

const spoken = await spokenVersions();

const common = url === undefined ? brokerStarter({}) : async () => placeOf(url);

export const { in5, in311, in31, inBoth, inAll } = suite(common);

/** Tests in which clients of 3.1.1 and 5.0 meet: skipped where the broker does not speak both. */
export const together: Suite = suite(common, !(spoken.has(4) && spoken.has(5)));

function suite(place: () => Promise<Place>, skipped = false): Suite {
  const inVersions =
    (...versions: Version[]): Register =>
    (title, body) => {
      for (const version of versions) {
        test.skipIf(skipped || !spoken.has(version)).concurrent(`${title} (${VERSION_NAMES[version]})`, async () => {
          const mqtt = new Mqtt(version, place);
          try {
            await body(mqtt);
          } finally {
            mqtt.close();
          }
        });
      }
    };
  return {
    in5: inVersions(5),
    in311: inVersions(4),
    in31: inVersions(3),
    inBoth: inVersions(4, 5),
    inAll: inVersions(3, 4, 5),
  };
}

/** Starts the broker when the first test asks for it. */
function brokerStarter(parts: BrokerParts): () => Promise<Place> {
  let started: Promise<Place> | undefined;
  return () => {
    started ??= start(parts);
    return started;
  };
}

async function start(parts: BrokerParts): Promise<Place> {
  // The tests are part of the load here: how late the event loop is says nothing about clients.
  const unhurried = { busyAfter: Number.POSITIVE_INFINITY, overloadedAfter: Number.POSITIVE_INFINITY };
  const broker = new Broker({ ...parts, options: { ...unhurried, ...parts.options } });
  running.push(broker);
  const { host, port } = await broker.listen({ host: "127.0.0.1", port: 0 });
  return { host, port };
}

function placeOf(address: string): Place {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port === "" ? 1883 : port) };
}

/** Which versions the broker speaks: somebody else's is asked. */
async function spokenVersions(): Promise<Set<Version>> {
  const versions = new Set<Version>([3, 4, 5]);
  if (url === undefined) {
    return versions;
  }
  for (const version of [...versions]) {
    const client = await MqttClient.open(placeOf(url), version);
    try {
      await client.connect({ clientId: `probe${run}${version}` });
    } catch {
      versions.delete(version);
    }
    client.raw.destroy();
  }
  return versions;
}
