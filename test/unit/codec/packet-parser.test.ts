import { afterEach, describe, expect, test, vi } from "vitest";
import {
  MAXIMUM_PACKET_SIZE,
  type Packet,
  PacketParser,
  type PacketParserOptions,
  PacketType,
  type ProtocolError,
  ProtocolVersion,
  type PublishFrame,
  ReasonCode,
} from "../../../src/codec/index.ts";
import { bytes } from "../../support/wire-cases/notation.ts";
import { OPENINGS } from "../../support/wire-cases/openings.ts";
import { splitAt } from "../../support/wire-cases/segments.ts";

const PINGREQ = bytes("c0 00");
const ONE = bytes('30 [ <"a"> "one" ]');
const TWO = bytes('30 [ <"a"> "two" ]');
const THREE = bytes('30 [ <"a"> "three" ]');

interface Heard {
  readonly parser: PacketParser;
  /** The payloads of PUBLISH packets and the types of all others. */
  readonly heard: (string | number)[];
}

/** A server's parser that has seen a CONNECT. */
function connected(options: Partial<PacketParserOptions> = {}, version: ProtocolVersion = 4): Heard {
  const heard: (string | number)[] = [];
  const parser = new PacketParser({
    role: "server",
    maximumPacketSize: MAXIMUM_PACKET_SIZE,
    onPublish: (frame) => heard.push(frame.payload.toString()),
    onPacket: (packet) => heard.push(packet.type),
    ...options,
  });
  parser.push(bytes(OPENINGS[version]));
  heard.length = 0;
  return { parser, heard };
}

function unconnected(): PacketParser {
  return new PacketParser({
    role: "server",
    maximumPacketSize: MAXIMUM_PACKET_SIZE,
    onPublish: () => {},
    onPacket: () => {},
  });
}

function errorOf(action: () => void): ProtocolError {
  try {
    action();
  } catch (error) {
    return error as ProtocolError;
  }
  throw new Error("nothing was thrown");
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("chunks", () => {
  test("a packet that lies whole in a chunk is read where it is", () => {
    const chunk = Buffer.concat([ONE, TWO]);
    const views: unknown[] = [];
    const { parser } = connected({
      onPublish: ({ bytes, start, end }) => views.push(bytes === chunk, start, end),
    });
    parser.push(chunk);
    expect(views).toEqual([true, 0, ONE.length, true, ONE.length, chunk.length]);
  });

  test("only the bytes that complete a carried packet are copied", () => {
    const payloads: Buffer[] = [];
    const owners: boolean[] = [];
    const second = Buffer.concat([ONE.subarray(4), TWO]);
    const { parser } = connected({
      onPublish: (frame) => {
        owners.push(frame.bytes === second);
        payloads.push(frame.payload);
      },
    });
    parser.push(ONE.subarray(0, 4));
    parser.push(second);
    expect(payloads.map(String)).toEqual(["one", "two"]);
    expect(owners).toEqual([false, true]);
  });

  test("a payload that was carried may be referenced for longer than its packet", () => {
    const payloads: Buffer[] = [];
    const { parser } = connected({ onPublish: (frame) => payloads.push(frame.payload) });
    for (const frame of [ONE, TWO, THREE]) {
      for (const byte of frame) parser.push(Buffer.from([byte]));
    }
    expect(payloads.map(String)).toEqual(["one", "two", "three"]);
  });

  test("every packet arrives once and in order wherever the stream is cut in three", () => {
    const stream = Buffer.concat([ONE, PINGREQ, TWO, PINGREQ]);
    for (let first = 1; first < stream.length - 1; first++) {
      for (let second = first + 1; second < stream.length; second++) {
        const { parser, heard } = connected();
        for (const chunk of splitAt(stream, [first, second])) parser.push(chunk);
        expect(heard).toEqual(["one", PacketType.PINGREQ, "two", PacketType.PINGREQ]);
      }
    }
  });

  test("an empty chunk changes nothing", () => {
    const { parser, heard } = connected();
    parser.push(ONE.subarray(0, 3));
    parser.push(Buffer.alloc(0));
    parser.push(ONE.subarray(3));
    expect(heard).toEqual(["one"]);
  });

  test("a chunk pushed from a callback comes after what is being parsed", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        const payload = frame.payload.toString();
        if (payload === "one") parser?.push(THREE);
        heard.push(payload);
      },
    }));
    parser.push(Buffer.concat([ONE, TWO]));
    expect(heard).toEqual(["one", "two", "three"]);
  });

  test("what is kept between pushes does not keep a parsed chunk alive", () => {
    let seen: PublishFrame | undefined;
    const { parser } = connected({
      onPublish: (frame) => {
        seen = frame;
      },
    });
    parser.push(ONE);
    expect(seen?.bytes.length).toBe(0);
  });
});

describe("limits", () => {
  test("a packet that is too large is refused by its fixed header alone", () => {
    const { parser } = connected({ maximumPacketSize: 100 });
    expect(errorOf(() => parser.push(bytes("30 63"))).reasonCode).toBe(ReasonCode.PACKET_TOO_LARGE);
  });

  test("the fixed header counts", () => {
    const { parser, heard } = connected({ maximumPacketSize: 100 });
    parser.push(bytes('30 [ <"a"> 78*95 ]'));
    expect(heard).toEqual(["x".repeat(95)]);
    expect(errorOf(() => parser.push(bytes('30 [ <"a"> 78*96 ]'))).reasonCode).toBe(ReasonCode.PACKET_TOO_LARGE);
  });

  test("the limit holds for a fixed header that comes in pieces", () => {
    const { parser } = connected({ maximumPacketSize: 100 });
    parser.push(bytes("30"));
    parser.push(bytes("ff"));
    expect(errorOf(() => parser.push(bytes("01"))).reasonCode).toBe(ReasonCode.PACKET_TOO_LARGE);
  });

  test("a limit set in a callback holds from the next packet on", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        heard.push(frame.payload.toString());
        if (parser !== undefined) parser.maximumPacketSize = ONE.length;
      },
    }));
    const chunk = Buffer.concat([THREE, ONE, THREE]);
    expect(errorOf(() => parser?.push(chunk)).reasonCode).toBe(ReasonCode.PACKET_TOO_LARGE);
    expect(heard).toEqual(["three", "one"]);
  });

  test("memory follows what has arrived, not what a header announces", () => {
    const { parser } = connected();
    const allocate = vi.spyOn(Buffer, "allocUnsafe");
    parser.push(bytes("30 ff ff ff 7f 00 01 61"));
    let arrived = 8;
    for (let piece = 0; piece < 50; piece++) {
      parser.push(Buffer.alloc(1000));
      arrived += 1000;
      for (const [size] of allocate.mock.calls) expect(size).toBeLessThanOrEqual(2 * arrived + 64);
    }
    const copied = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
    expect(copied).toBeLessThan(5 * arrived);
  });

  test("a carried packet gets no more memory than it needs", () => {
    const { parser } = connected();
    const frame = bytes('30 [ <"a"> 78*3000 ]');
    const allocate = vi.spyOn(Buffer, "allocUnsafe");
    parser.push(frame.subarray(0, 2900));
    expect(allocate.mock.calls).toEqual([[frame.length]]);
  });
});

describe("pause and resume", () => {
  test("a pause in a callback stops behind the packet in hand", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        heard.push(frame.payload.toString());
        parser?.pause();
      },
    }));
    parser.push(Buffer.concat([ONE, TWO, THREE]));
    expect(heard).toEqual(["one"]);
    expect(parser.isPaused).toBe(true);
    parser.resume();
    expect(heard).toEqual(["one", "two"]);
    expect(parser.isPaused).toBe(true);
    parser.resume();
    expect(heard).toEqual(["one", "two", "three"]);
    parser.resume();
    expect(parser.isPaused).toBe(false);
  });

  test("chunks that come during a pause wait in their order, whatever they cut in two", () => {
    const stream = Buffer.concat([ONE, TWO, PINGREQ, THREE]);
    for (let cut = 1; cut < stream.length; cut++) {
      const { parser, heard } = connected();
      parser.push(stream.subarray(0, cut));
      const before = [...heard];
      parser.pause();
      parser.push(stream.subarray(cut));
      expect(heard).toEqual(before);
      parser.resume();
      expect(heard).toEqual(["one", "two", PacketType.PINGREQ, "three"]);
    }
  });

  test("a pause in the callback of a carried packet keeps the rest of the chunk", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        heard.push(frame.payload.toString());
        if (heard.length === 1) parser?.pause();
      },
    }));
    parser.push(ONE.subarray(0, 5));
    parser.push(Buffer.concat([ONE.subarray(5), TWO, THREE.subarray(0, 4)]));
    expect(heard).toEqual(["one"]);
    parser.push(THREE.subarray(4));
    parser.resume();
    expect(heard).toEqual(["one", "two", "three"]);
  });

  test("a pause that is taken back in the same callback changes nothing", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        heard.push(frame.payload.toString());
        parser?.pause();
        parser?.resume();
      },
    }));
    parser.push(Buffer.concat([ONE, TWO]));
    expect(heard).toEqual(["one", "two"]);
    expect(parser.isPaused).toBe(false);
  });

  test("what is refused while going on is thrown by resume", () => {
    const { parser } = connected();
    parser.pause();
    parser.push(bytes("f0 00"));
    expect(errorOf(() => parser.resume()).reasonCode).toBe(ReasonCode.MALFORMED_PACKET);
  });
});

describe("the end", () => {
  test("behind a refused packet nothing is parsed, in the same chunk or later", () => {
    const { parser, heard } = connected();
    expect(() => parser.push(Buffer.concat([ONE, bytes("00 00"), TWO]))).toThrow();
    parser.push(THREE);
    parser.resume();
    expect(heard).toEqual(["one"]);
    expect(parser.isPaused).toBe(false);
  });

  test("what a callback throws is passed on and ends parsing as well", () => {
    const { parser, heard } = connected({
      onPublish: () => {
        throw new RangeError("ours");
      },
    });
    expect(() => parser.push(Buffer.concat([ONE, PINGREQ]))).toThrow(new RangeError("ours"));
    parser.push(PINGREQ);
    expect(heard).toEqual([]);
  });

  test("stop in a callback forgets the rest", () => {
    let parser: PacketParser | undefined;
    const heard: string[] = [];
    ({ parser } = connected({
      onPublish: (frame) => {
        heard.push(frame.payload.toString());
        parser?.stop();
      },
    }));
    parser.push(Buffer.concat([ONE, TWO]));
    parser.push(THREE);
    parser.resume();
    expect(heard).toEqual(["one"]);
    expect(parser.isPaused).toBe(false);
  });

  test("stop during a pause forgets what was waiting", () => {
    const { parser, heard } = connected();
    parser.pause();
    parser.push(ONE);
    parser.stop();
    parser.resume();
    expect(heard).toEqual([]);
  });
});

describe("the beginning of a connection", () => {
  test("[MQTT-3.1.0-1] anything but CONNECT is refused by its first byte", () => {
    for (let first = 0; first <= 0xff; first++) {
      const push = () => unconnected().push(Buffer.from([first]));
      if (first === 0x10) expect(push).not.toThrow();
      else expect(push).toThrow(expect.objectContaining({ code: "protocol" }));
    }
  });

  test.each([
    ["TLS", bytes("16 03 01 02 00 01 00 01 fc 03 03"), "this looks like TLS on a port for plain MQTT"],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n"), "this looks like HTTP on a port for plain MQTT"],
    ["a packet", bytes("c0 00"), undefined],
  ])("%s is refused with a hint for people", (_, chunk, hint) => {
    expect(errorOf(() => unconnected().push(chunk)).hint).toBe(hint);
  });

  test("the version is known when the CONNECT is handed over, and before what follows is looked at", () => {
    const versions: number[] = [];
    const parser = new PacketParser({
      role: "server",
      maximumPacketSize: MAXIMUM_PACKET_SIZE,
      onPublish: (frame) => versions.push(frame.version),
      onPacket: () => versions.push(parser.version),
    });
    parser.push(Buffer.concat([bytes(OPENINGS[5]), bytes('30 [ <"a"> [] "one" ]')]));
    expect(versions).toEqual([ProtocolVersion.V5_0, ProtocolVersion.V5_0]);
  });

  test("the version is known where the rest of a CONNECT is refused, so that it can be answered", () => {
    const parser = unconnected();
    expect(parser.version).toBe(ProtocolVersion.V3_1_1);
    expect(() => parser.push(bytes('10 [ <"MQTT"> 05 01 00 3c [] <"c"> ]'))).toThrow("CONNECT: reserved connect flag");
    expect(parser.version).toBe(ProtocolVersion.V5_0);
  });

  test.each([
    ['<"MQTT"> 03', ProtocolVersion.V3_1_1],
    ['<"MQTT"> 06', ProtocolVersion.V5_0],
    ['<"MQTT"> 85', ProtocolVersion.V5_0],
    ['<"MQIsdp"> 04', ProtocolVersion.V3_1_1],
    ['<"MQTX"> 05', undefined],
    ['<"mqtt"> 04', undefined],
  ])("CONNECT %s is to be answered in version %s", (start, version) => {
    const error = errorOf(() => unconnected().push(bytes(`10 [ ${start} 02 00 3c [] <"c"> ]`)));
    expect(error.connackVersion).toBe(version);
    expect(error.reasonCode).toBe(
      version === undefined ? ReasonCode.MALFORMED_PACKET : ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
    );
  });

  test("a client is given its version", () => {
    const packets: Packet[] = [];
    const parser = new PacketParser({
      role: "client",
      version: ProtocolVersion.V5_0,
      maximumPacketSize: MAXIMUM_PACKET_SIZE,
      onPublish: () => {},
      onPacket: (packet) => packets.push(packet),
    });
    parser.push(bytes("20 [ 00 87 [] ]"));
    expect(packets).toMatchObject([{ type: PacketType.CONNACK, reasonCode: ReasonCode.NOT_AUTHORIZED }]);
  });
});

describe("[MQTT-1.5.5-1] a remaining length with needless bytes", () => {
  test.each([3, 4] as const)("is read in version %s, which does not forbid it", (version) => {
    const { parser, heard } = connected({}, version);
    parser.push(bytes('30 86 80 80 00 <"a"> "one"'));
    expect(heard).toEqual(["one"]);
  });

  test("is refused in 5.0, also of the CONNECT itself", () => {
    const { parser } = connected({}, 5);
    expect(() => parser.push(bytes("c0 80 00"))).toThrow("PINGREQ: remaining length with needless bytes");
    expect(() => unconnected().push(bytes('10 8e 00 <"MQTT"> 05 02 00 3c 00 <"c">'))).toThrow("needless bytes");
    expect(() => unconnected().push(bytes('10 8d 00 <"MQTT"> 04 02 00 3c <"c">'))).not.toThrow();
  });
});
