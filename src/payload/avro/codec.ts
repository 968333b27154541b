import { asJson, Budget, type Codec } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { readDatum } from "./read.ts";
import type { AvroType } from "./schema.ts";
import { writeDatum } from "./write.ts";

/**
 * Payloads that are one datum each, as it is, in Avro's single-object encoding (C3 01 and a fingerprint), or behind the
 * five bytes of a schema registry (00 and an id); those are stepped over.
 */
export function avroCodec(type: AvroType): Codec {
  return {
    name: "avro",
    decode: (payload) => asJson(jsonText(readFramed(type, payload)), "avro"),
    encode: (written) => writeDatum(type, parseJson(written, "avro")),
  };
}

function readFramed(type: AvroType, payload: Buffer): unknown {
  try {
    return readDatum(type, payload, 0, new Budget());
  } catch (error) {
    const start = payload[0] === 0xc3 && payload[1] === 0x01 ? 10 : payload[0] === 0 ? 5 : 0;
    if (start === 0 || payload.length < start) throw error;
    try {
      return readDatum(type, payload, start, new Budget());
    } catch {
      throw error;
    }
  }
}
