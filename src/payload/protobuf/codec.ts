import type protobuf from "protobufjs";
import { fromJson, toJson } from "protobufjs/ext/protojson.js";
import { UsageError } from "../../errors.ts";
import { asJson, type Codec } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { readMessage } from "./read.ts";
import { addUnknownFields } from "./unknown-fields.ts";

/** Payloads that are one message each, by protobufjs. JSON is that of protobuf's own mapping (ProtoJSON). */
export function protobufCodec(type: protobuf.Type): Codec {
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

/** Throws UsageError where JSON does not fit the message. */
export function encodeMessage(type: protobuf.Type, json: unknown): Buffer {
  try {
    return Buffer.from(type.encode(fromJson(type, json)).finish());
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      message === "invalid encoding" ? "a field of bytes that is no base64" : message.replace(/^\./, ""),
    );
  }
}
