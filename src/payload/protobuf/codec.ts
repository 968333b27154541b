import { toJson } from "protobufjs/ext/protojson.js";
import { asJson, type Codec } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { encodeMessage } from "./encode.ts";
import { messageFromProto } from "./proto-file.ts";
import { readMessage } from "./read.ts";
import { addUnknownFields } from "./unknown-fields.ts";

/**
 * Payloads that are one message each, by protobufjs. JSON is that of protobuf's own mapping (ProtoJSON). Throws UsageError
 * where the .proto file cannot be used.
 */
export function protobufCodec(...described: Parameters<typeof messageFromProto>): Codec {
  const type = messageFromProto(...described);
  return {
    name: "protobuf",
    decode: (payload) => {
      const message = readMessage(type, payload);
      const json: unknown = toJson(type, message);
      addUnknownFields(type, message, json);
      return asJson(jsonText(json), "protobuf");
    },
    encode: (written) => encodeMessage(type, parseJson(written, "protobuf")),
  };
}
