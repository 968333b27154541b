import { asJson, Budget, type Codec } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { readMessage } from "./read.ts";
import type { MessageSchema } from "./schema.ts";
import { fromWellKnown, toWellKnown } from "./well-known.ts";
import { writeMessage } from "./write.ts";

/** Payloads that are one message each. JSON is that of protobuf's own mapping; fields that are not there are left out. */
export function protobufCodec(schema: MessageSchema): Codec {
  return {
    name: "protobuf",
    decode: (payload) => asJson(jsonText(toWellKnown(schema, readMessage(schema, payload, new Budget()))), "protobuf"),
    encode: (written) => writeMessage(schema, fromWellKnown(schema, parseJson(written, "protobuf"))),
  };
}
