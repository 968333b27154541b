import { group, list, type ValueType, value } from "../option.ts";
import { file, text } from "../value-types.ts";

/** Both ways; numbers without le or be are little endian. */
// biome-ignore format: a list
const FORMATS = [
  "json", "text", "hex", "base64", "cbor", "msgpack", "protobuf", "avro", "sparkplug", "gzip", "zlib",
  "int8", "uint8", "int16le", "int16be", "uint16le", "uint16be", "int32le", "int32be", "uint32le", "uint32be",
  "int64le", "int64be", "uint64le", "uint64be", "floatle", "floatbe", "doublele", "doublebe",
];
const NAME =
  /^(json|text|hex|base64|cbor|msgpack|protobuf|avro|sparkplug|gzip|zlib|u?int8|(u?int(16|32|64)|float|double)(le|be)?)$/;

function formats(also: readonly string[]): ValueType<readonly string[]> {
  return {
    expected:
      `${[...also, "json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib"].join(", ")}, or a number: ` +
      "int8, uint16le, int64be, floatle, double…; one in another: gzip,cbor",
    parse: (typed) => {
      const names = typed.split(",");
      return names.every((name) => NAME.test(name) || also.includes(name)) ? names : undefined;
    },
    completion: { kind: "choices", choices: [...also, ...FORMATS] },
  };
}

const schemaOptions = () => ({
  proto: value(file, { flags: "--proto <file>", summary: "with protobuf: the .proto file that describes the payload" }),
  protoMessage: value(text, {
    flags: "--proto-message <name>",
    summary: "which message of it, where there are several",
  }),
  protoPath: list(file, {
    flags: "--proto-path <folder>",
    summary: "where its imports are, beside its own folder (may be repeated)",
  }),
  avroSchema: value(file, {
    flags: "--avro-schema <file>",
    summary: "with avro: the .avsc file that describes the payload",
  }),
});

/** What a payload is written in, and what it is sent as. */
export const encodingOptions = group("Encoding", () => ({
  encode: value(formats([]), {
    flags: "--encode <format>",
    summary:
      "publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed",
  }),
  ...schemaOptions(),
}));

/** What payloads are, and how people can read them. */
export const decodingOptions = group("Decoding", () => ({
  decode: value(formats(["auto"]), {
    flags: "--decode <format>",
    summary:
      "print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark",
  }),
  ...schemaOptions(),
}));
