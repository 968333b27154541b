import { UsageError } from "../errors.ts";
import { type Codec, type Decoded, LIMITS } from "./codec.ts";
import { indented } from "./json-text.ts";

/** What formats need that have schemas of their own; files are read by whoever knows how. */
export interface SchemaFiles {
  /** A .proto file, and the message in it. */
  readonly proto: string | undefined;
  readonly protoMessage: string | undefined;
  readonly protoPath: readonly string[];
  /** An .avsc file. */
  readonly avroSchema: string | undefined;
  /** Undefined where there is no such file; throws where it cannot be read. */
  readonly read: (file: string) => string | undefined;
}

/** The codecs of formats by their names, in this order for decoding; each is loaded when it is named. Throws UsageError. */
export async function codecFrom(names: readonly string[], files: SchemaFiles): Promise<Codec> {
  const codecs: Codec[] = [];
  for (const name of names) codecs.push(await loaded(name, files));
  return codecs.length === 1 ? (codecs[0] as Codec) : chained(codecs);
}

async function loaded(name: string, files: SchemaFiles): Promise<Codec> {
  switch (name) {
    case "json":
      return (await import("./text-codecs.ts")).jsonCodec;
    case "text":
      return (await import("./text-codecs.ts")).textCodec;
    case "hex":
      return (await import("./text-codecs.ts")).hexCodec;
    case "base64":
      return (await import("./text-codecs.ts")).base64Codec;
    case "gzip":
      return (await import("./compression.ts")).gzipCodec;
    case "zlib":
      return (await import("./compression.ts")).zlibCodec;
    case "cbor":
      return (await import("./cbor.ts")).cborCodec;
    case "msgpack":
      return (await import("./msgpack.ts")).msgpackCodec;
    case "protobuf":
      return protobuf(files);
    case "avro":
      return avro(files);
    case "sparkplug":
      return new (await import("./sparkplug/codec.ts")).SparkplugCodec();
    case "auto":
      return new (await import("./auto.ts")).AutoCodec();
    default: {
      const codec = (await import("./numbers.ts")).numberCodec(name);
      if (codec === undefined) throw new UsageError(`${name} is no format of payloads`);
      return codec;
    }
  }
}

async function protobuf({ proto, protoMessage, protoPath, read }: SchemaFiles): Promise<Codec> {
  if (proto === undefined) throw new UsageError("protobuf needs --proto", "the .proto file that describes the payload");
  return (await import("./protobuf/codec.ts")).protobufCodec(proto, protoMessage, protoPath, read);
}

async function avro({ avroSchema, read }: SchemaFiles): Promise<Codec> {
  if (avroSchema === undefined) throw new UsageError("avro needs --avro-schema", "the .avsc file that describes it");
  const text = read(avroSchema);
  if (text === undefined) throw new UsageError(`cannot read ${avroSchema}: no such file or directory`);
  return (await import("./avro/codec.ts")).avroCodec(text, avroSchema);
}

/** One format in another: `gzip,cbor` decodes gzip first, and encodes it last. */
function chained(codecs: readonly Codec[]): Codec {
  return {
    name: codecs.map(({ name }) => name).join(","),
    decode: (payload, topic) => {
      let decoded: Decoded = { payload, isJson: false, format: "" };
      const formats: string[] = [];
      for (const codec of codecs) {
        decoded = codec.decode(decoded.payload, topic);
        formats.push(decoded.format);
      }
      return { ...decoded, format: formats.join(",") };
    },
    isRemembered: (topic) => codecs.some((codec) => codec.isRemembered?.(topic) ?? false),
    encode: (written) => codecs.reduceRight((payload, codec) => codec.encode(payload), written),
  };
}

/** What became of a payload: decoded, or as it was, with the reason. */
export type DecodedOrNot = Decoded | { readonly problem: string };

/** Decodes what may be anything; never throws. */
export function tryDecode(codec: Codec, payload: Buffer, topic: string): DecodedOrNot {
  if (payload.length > LIMITS.payload) return { problem: `not ${codec.name}: more than ${LIMITS.payload} bytes` };
  try {
    return codec.decode(payload, topic);
  } catch (error) {
    const reason =
      error instanceof RangeError && /call stack/.test(error.message) ? "nested too deeply" : (error as Error).message;
    return { problem: codec.name === "auto" ? `${reason}` : `not ${codec.name}: ${firstLine(reason)}` };
  }
}

/**
 * A payload for people: decoded, or as it was, behind a mark that says why; never throws.
 * @param isPretty JSON over several lines
 */
export function readablePayload(codec: Codec, payload: Buffer, topic: string, isPretty = false): Buffer {
  const result = tryDecode(codec, payload, topic);
  if ("problem" in result) return Buffer.concat([Buffer.from(`[${result.problem}] `), payload]);
  return isPretty && result.isJson ? Buffer.from(indented(result.payload.toString("utf8"))) : result.payload;
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] as string).slice(0, 120);
}
