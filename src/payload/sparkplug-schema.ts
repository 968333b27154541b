import { type FieldSchema, type FieldType, MessageSchema, type Scalar } from "./protobuf/schema.ts";

/** The protobuf messages of Sparkplug B 3.0 (6.4, "Sparkplug B Protobuf schema"). */
const schemas: Record<string, MessageSchema> = {};

type Described = Scalar | (string & {});

/** `["name", 1, "string"]`, a list with a fourth "repeated". */
type Row = readonly [name: string, number: number, type: Described, repeated?: "repeated"];

const SCALARS: ReadonlySet<string> = new Set(["uint32", "uint64", "float", "double", "bool", "string", "bytes"]);

function describe(name: string, rows: readonly Row[]): MessageSchema {
  const schema = new MessageSchema(name, rows.map(fieldFrom));
  schemas[name] = schema;
  return schema;
}

function fieldFrom([name, number, described, repeated]: Row): FieldSchema {
  const type: FieldType = SCALARS.has(described)
    ? { kind: "scalar", scalar: described as Scalar }
    : { kind: "message", message: () => schemas[described] as MessageSchema, isGroup: false };
  return {
    number,
    name,
    protoName: name,
    type,
    isRepeated: repeated !== undefined,
    isPacked: false,
    mapKey: undefined,
    isImplicit: false,
  };
}

/** The scalar values that stand in several messages, from this field number on. */
function valueRows(first: number): Row[] {
  return [
    ["int_value", first, "uint32"],
    ["long_value", first + 1, "uint64"],
    ["float_value", first + 2, "float"],
    ["double_value", first + 3, "double"],
    ["boolean_value", first + 4, "bool"],
    ["string_value", first + 5, "string"],
  ];
}

describe("Parameter", [["name", 1, "string"], ["type", 2, "uint32"], ...valueRows(3)]);
describe("Template", [
  ["version", 1, "string"],
  ["metrics", 2, "Metric", "repeated"],
  ["parameters", 3, "Parameter", "repeated"],
  ["template_ref", 4, "string"],
  ["is_definition", 5, "bool"],
]);
describe("DataSetValue", valueRows(1));
describe("Row", [["elements", 1, "DataSetValue", "repeated"]]);
describe("DataSet", [
  ["num_of_columns", 1, "uint64"],
  ["columns", 2, "string", "repeated"],
  ["types", 3, "uint32", "repeated"],
  ["rows", 4, "Row", "repeated"],
]);
describe("PropertyValue", [
  ["type", 1, "uint32"],
  ["is_null", 2, "bool"],
  ...valueRows(3),
  ["propertyset_value", 9, "PropertySet"],
  ["propertysets_value", 10, "PropertySetList"],
]);
describe("PropertySet", [
  ["keys", 1, "string", "repeated"],
  ["values", 2, "PropertyValue", "repeated"],
]);
describe("PropertySetList", [["propertyset", 1, "PropertySet", "repeated"]]);
describe("MetaData", [
  ["is_multi_part", 1, "bool"],
  ["content_type", 2, "string"],
  ["size", 3, "uint64"],
  ["seq", 4, "uint64"],
  ["file_name", 5, "string"],
  ["file_type", 6, "string"],
  ["md5", 7, "string"],
  ["description", 8, "string"],
]);
describe("Metric", [
  ["name", 1, "string"],
  ["alias", 2, "uint64"],
  ["timestamp", 3, "uint64"],
  ["datatype", 4, "uint32"],
  ["is_historical", 5, "bool"],
  ["is_transient", 6, "bool"],
  ["is_null", 7, "bool"],
  ["metadata", 8, "MetaData"],
  ["properties", 9, "PropertySet"],
  ...valueRows(10),
  ["bytes_value", 16, "bytes"],
  ["dataset_value", 17, "DataSet"],
  ["template_value", 18, "Template"],
]);

export const sparkplugPayload: MessageSchema = describe("Payload", [
  ["timestamp", 1, "uint64"],
  ["metrics", 2, "Metric", "repeated"],
  ["seq", 3, "uint64"],
  ["uuid", 4, "string"],
  ["body", 5, "bytes"],
]);

/** Data types by their numbers. */
// biome-ignore format: numbers are places in this list
export const dataTypes = [
  "Unknown", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double", "Boolean",
  "String", "DateTime", "Text", "UUID", "DataSet", "Bytes", "File", "Template", "PropertySet", "PropertySetList",
  "Int8Array", "Int16Array", "Int32Array", "Int64Array", "UInt8Array", "UInt16Array", "UInt32Array", "UInt64Array",
  "FloatArray", "DoubleArray", "BooleanArray", "StringArray", "DateTimeArray",
] as const;
