/**
 * What the codec costs per packet, and how that compares with npm `mqtt-packet` (which MQTT.js and aedes use).
 * `npm run bench:codec`. Medians of several rounds in turns, so that a busy moment of the machine touches both sides.
 */
import { createRequire } from "node:module";
import path from "node:path";
import Table from "cli-table3";
import {
  encodePacket,
  encodePacketInto,
  NO_PROPERTIES,
  type Packet,
  PacketParser,
  PacketType,
  PacketWriter,
  ProtocolVersion,
  type PublishPacket,
  ReasonCode,
} from "../../src/codec/index.ts";

const CHUNK_SIZE = 64 * 1024;
const ROUNDS = 11;
const ROUND_MILLISECONDS = 60;

interface OtherCodec {
  generate(packet: object, options: object): Buffer;
  parser(options: object): { parse(chunk: Buffer): number; on(event: "packet", listener: () => void): void };
}
const other = createRequire(path.resolve("node_modules/mqtt/package.json"))("mqtt-packet") as OtherCodec;

interface Contest {
  readonly name: string;
  /** One call handles this many packets. */
  readonly packets: number;
  ours(): void;
  theirs?(): void;
}

/** Keeps the compiler from leaving out what nobody uses. */
let sink = 0;

const connect: Packet = {
  type: PacketType.CONNECT,
  protocolVersion: ProtocolVersion.V5_0,
  bridge: false,
  cleanStart: true,
  keepAlive: 60,
  clientId: "sensor-0001",
  will: undefined,
  userName: "plant",
  password: Buffer.from("secret"),
  properties: { sessionExpiryInterval: 3600, receiveMaximum: 100, userProperties: [["site", "north"]] },
};
const publish: PublishPacket = {
  type: PacketType.PUBLISH,
  dup: false,
  qos: 0,
  retain: false,
  topic: "plant/north/line4/temp",
  packetId: undefined,
  properties: NO_PROPERTIES,
  payload: Buffer.alloc(16, "x"),
};
const publishQos1: PublishPacket = { ...publish, qos: 1, packetId: 4711 };
const publishWithProperties: PublishPacket = {
  ...publish,
  properties: { messageExpiryInterval: 60, contentType: "text/plain", userProperties: [["trace", "00-4bf92f3577b3"]] },
};
const puback: Packet = {
  type: PacketType.PUBACK,
  packetId: 4711,
  reasonCode: ReasonCode.SUCCESS,
  properties: NO_PROPERTIES,
};
const subscribe: Packet = {
  type: PacketType.SUBSCRIBE,
  packetId: 4711,
  properties: NO_PROPERTIES,
  subscriptions: [
    { filter: "plant/+/line4/#", qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 },
    { filter: "control/line4", qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 },
  ],
};

/** As many of the packet as fit into a chunk. */
function chunkOf(packet: Packet, version: ProtocolVersion): { chunk: Buffer; packets: number } {
  const frame = encodePacket(packet, version);
  const packets = Math.floor(CHUNK_SIZE / frame.length);
  return { chunk: Buffer.concat(Array.from({ length: packets }, () => frame)), packets };
}

function parserOf(version: ProtocolVersion, decodes: boolean): PacketParser {
  const parser = new PacketParser({
    role: "server",
    maximumPacketSize: 1024 * 1024,
    onPublish: (frame) => {
      sink += decodes ? frame.decode().payload.length : frame.payloadLength;
    },
    onPacket: (packet) => {
      sink += packet.type;
    },
  });
  parser.push(encodePacket({ ...connect, protocolVersion: version, properties: NO_PROPERTIES } as Packet, version));
  return parser;
}

function otherParserOf(version: ProtocolVersion): { parse(chunk: Buffer): number } {
  const parser = other.parser({ protocolVersion: version });
  parser.on("packet", () => {
    sink += 1;
  });
  return parser;
}

function parsing(name: string, packet: Packet, version: ProtocolVersion, decodes = false): Contest {
  const { chunk, packets } = chunkOf(packet, version);
  const parser = parserOf(version, decodes);
  const theirs = otherParserOf(version);
  return { name, packets, ours: () => parser.push(chunk), theirs: () => theirs.parse(chunk) };
}

function connecting(): Contest {
  const chunk = encodePacket(connect, ProtocolVersion.V5_0);
  const options = { role: "server", maximumPacketSize: 1024, onPublish: () => {}, onPacket: () => {} } as const;
  return {
    name: "parse CONNECT (5.0), new parser",
    packets: 1,
    ours: () => new PacketParser(options).push(chunk),
    theirs: () => otherParserOf(ProtocolVersion.V5_0).parse(chunk),
  };
}

function encoding(name: string, packet: Packet, version: ProtocolVersion, theirPacket: object): Contest {
  const writer = new PacketWriter(CHUNK_SIZE);
  return {
    name,
    packets: 1,
    ours: () => {
      if (writer.position > CHUNK_SIZE / 2) writer.reset();
      encodePacketInto(writer, packet, version);
    },
    theirs: () => {
      sink += other.generate(theirPacket, { protocolVersion: version }).length;
    },
  };
}

const { V3_1_1, V5_0 } = ProtocolVersion;
const { topic, payload } = publish;
const contests: readonly Contest[] = [
  parsing("PUBLISH QoS 0 as a frame (3.1.1)", publish, V3_1_1),
  parsing("PUBLISH QoS 1 as a frame (3.1.1)", publishQos1, V3_1_1),
  parsing("PUBLISH QoS 0 as a frame (5.0)", publish, V5_0),
  parsing("PUBLISH with three properties (5.0)", publishWithProperties, V5_0),
  parsing("PUBLISH QoS 0 as a packet (3.1.1)", publish, V3_1_1, true),
  parsing("PUBLISH with three properties as a packet (5.0)", publishWithProperties, V5_0, true),
  parsing("PUBACK (5.0)", puback, V5_0),
  parsing("SUBSCRIBE, two filters (5.0)", subscribe, V5_0),
  connecting(),
  encoding("encode PUBLISH QoS 0 (3.1.1)", publish, V3_1_1, {
    cmd: "publish",
    topic,
    payload,
    qos: 0,
    retain: false,
    dup: false,
  }),
  encoding("encode PUBLISH with three properties (5.0)", publishWithProperties, V5_0, {
    cmd: "publish",
    topic,
    payload,
    qos: 0,
    retain: false,
    dup: false,
    properties: {
      messageExpiryInterval: 60,
      contentType: "text/plain",
      userProperties: { trace: "00-4bf92f3577b3" },
    },
  }),
  encoding("encode PUBACK (5.0)", puback, V5_0, { cmd: "puback", messageId: 4711, reasonCode: 0 }),
];

/** Nanoseconds per packet of one round. */
function measure(run: () => void, packets: number): number {
  let calls = 0;
  const start = process.hrtime.bigint();
  const end = start + BigInt(ROUND_MILLISECONDS * 1e6);
  let now = start;
  while (now < end) {
    const batch = Math.max(1, Math.floor(2000 / packets));
    for (let call = 0; call < batch; call++) run();
    calls += batch;
    now = process.hrtime.bigint();
  }
  return Number(now - start) / (calls * packets);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const table = new Table({
  head: ["", "mqtk", "mqtt-packet", "ratio"],
  colAligns: ["left", "right", "right", "right"],
  style: { head: [], border: [] },
});
for (const { name, packets, ours, theirs } of contests) {
  const rounds: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    rounds.push({ ours: measure(ours, packets), theirs: theirs === undefined ? Number.NaN : measure(theirs, packets) });
  }
  rounds.shift(); // The first one warms up.
  const own = median(rounds.map((round) => round.ours));
  const their = median(rounds.map((round) => round.theirs));
  table.push([name, `${own.toFixed(1)} ns`, `${their.toFixed(0)} ns`, `${(their / own).toFixed(1)}×`]);
}
process.stdout.write(`${process.version}, ns per packet, chunks of 64 KiB\n${table.toString()}\n`);
if (sink === 0) process.exitCode = 1;
