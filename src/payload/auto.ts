import { isUtf8 } from "node:buffer";
import { readCbor } from "./cbor.ts";
import { asJson, type Codec, type Decoded } from "./codec.ts";
import { gzipCodec, zlibCodec } from "./compression.ts";
import { jsonText } from "./json-text.ts";
import { readMsgpack } from "./msgpack.ts";
import { isSparkplugTopic } from "./sparkplug/aliases.ts";
import { SparkplugCodec } from "./sparkplug/codec.ts";

/** Compressed in compressed: deeper than this it stays as it is. */
const LAYERS = 3;
/** Control characters that no text has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const NO_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/;

/**
 * Finds out what a payload is: Sparkplug B by its topic, gzip and zlib by their first bytes, text, CBOR and MessagePack
 * where the whole payload is one map or list of it. Payloads that are nothing of these are told as an Error.
 */
export class AutoCodec implements Codec {
  readonly name = "auto";
  private readonly sparkplug = new SparkplugCodec();

  decode(payload: Buffer, topic: string): Decoded {
    return this.detect(payload, topic, LAYERS);
  }

  isRemembered(topic: string): boolean {
    return this.sparkplug.isRemembered(topic);
  }

  encode(written: Buffer): Buffer {
    return written;
  }

  private detect(payload: Buffer, topic: string, layers: number): Decoded {
    if (isSparkplugTopic(topic) && layers === LAYERS) return this.sparkplug.decode(payload, topic);
    if (layers > 0) {
      const compression = compressionOf(payload);
      const inner = compression && inflated(compression, payload, topic);
      if (compression !== undefined && inner !== undefined) {
        const found = attempt(() => this.detect(inner, topic, layers - 1));
        const format = found === undefined || found.format === "text" ? "" : `,${found.format}`;
        return { payload: found?.payload ?? inner, isJson: found?.isJson ?? false, format: compression.name + format };
      }
    }
    if (isUtf8(payload)) {
      const text = payload.toString("utf8");
      if (!NO_TEXT.test(text)) return { payload, isJson: isJson(text), format: "text" };
    }
    return binary(payload);
  }
}

function binary(payload: Buffer): Decoded {
  // A byte that happens to be an empty list or map is more often just a byte.
  if (payload.length < 2) throw new Error("nothing that is known");
  // A first byte of 0x81 to 0x9f may begin both; maps with names are what messages are made of.
  const msgpack = attempt(() => readMsgpack(payload));
  if (isObject(msgpack)) return asJson(jsonText(msgpack), "msgpack");
  const cbor = mayBeCbor(payload) ? attempt(() => readCbor(payload)) : undefined;
  if (Array.isArray(cbor) || cbor instanceof Map) return asJson(jsonText(cbor), "cbor");
  if (Array.isArray(msgpack)) return asJson(jsonText(msgpack), "msgpack");
  throw new Error("nothing that is known");
}

/** A list, a map, or a tag before one (RFC 8949, 3.1). */
function mayBeCbor([first = 0]: Buffer): boolean {
  return first >= 0x80 && first < 0xe0;
}

/** What begins as gzip does is nothing else, so what is wrong with it is told; with zlib it may be chance. */
function inflated(compression: Codec, payload: Buffer, topic: string): Buffer | undefined {
  try {
    return compression.decode(payload, topic).payload;
  } catch (error) {
    if (compression === gzipCodec) throw new Error(`gzip: ${(error as Error).message}`);
    return undefined;
  }
}

function compressionOf(payload: Buffer): Codec | undefined {
  const [first = 0, second = 0, third] = payload;
  if (first === 0x1f && second === 0x8b && third === 8) return gzipCodec;
  // RFC 1950: method 8, and the two bytes are a multiple of 31.
  return (first & 0x8f) === 0x08 && (first * 256 + second) % 31 === 0 && payload.length > 6 ? zlibCodec : undefined;
}

function isObject(value: unknown): boolean {
  return value instanceof Map && [...value.keys()].every((key) => typeof key === "string");
}

function isJson(text: string): boolean {
  if (!/^\s*[{["\d\-tfn]/.test(text)) return false;
  return attempt(() => JSON.parse(text)) !== undefined;
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
