import type { Type } from "avsc/lib/types.js";
import { asJson, Budget, type Codec, LIMITS } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { datumFrom } from "./datum-from.ts";
import { avroTypeFrom } from "./schema.ts";
import { shownDatum } from "./shown-datum.ts";
import { StrictTap } from "./tap.ts";

/**
 * Payloads that are one datum each, as it is, in Avro's single-object encoding (C3 01 and a fingerprint), or behind the
 * five bytes of a schema registry (00 and an id); those are stepped over. Throws UsageError where the schema is none.
 */
export function avroCodec(schema: string, file: string): Codec {
  const type = avroTypeFrom(schema, file);
  return {
    name: "avro",
    decode: (payload) => asJson(jsonText(shownDatum(type, readFramed(type, payload))), "avro"),
    encode: (written) => {
      const datum = datumFrom(type, parseJson(written, "avro"), "", 0);
      return type.toBuffer(datum);
    },
  };
}

function readFramed(type: Type, payload: Buffer): unknown {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  try {
    return readDatum(type, payload, 0);
  } catch (error) {
    const start = payload[0] === 0xc3 && payload[1] === 0x01 ? 10 : payload[0] === 0 ? 5 : 0;
    if (start === 0 || payload.length < start) throw error;
    try {
      return readDatum(type, payload, start);
    } catch {
      throw error;
    }
  }
}

/** Throws where the bytes are not one whole datum, or cost more than a payload may. */
function readDatum(type: Type, bytes: Buffer, start: number): unknown {
  const tap = new StrictTap(bytes, start, new Budget());
  const value = type._read(tap);
  if (tap.rest > 0) throw new Error(`${tap.rest} bytes behind its end`);
  return value;
}
