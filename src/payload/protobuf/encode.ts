import protobuf from "protobufjs";
import { fromJson } from "protobufjs/ext/protojson.js";
import { UsageError } from "../../errors.ts";

/** Throws UsageError where JSON does not fit the message. */
export function encodeMessage(type: protobuf.Type, json: unknown): Buffer {
  try {
    return Buffer.from(type.encode(fromJson(type, withoutBigInts(json))).finish());
  } catch (error) {
    throw explained(type.root, (error as Error).message);
  }
}

/** In the words of the library; where something is not in the schema, with what is. */
function explained(root: protobuf.Root, message: string): UsageError {
  if (message === "invalid encoding") return new UsageError("a field of bytes that is no base64");
  const [, name = "", unknown] = /^\.?([\w.]+): unknown field: "(.*)"$/.exec(message) ?? [];
  if (unknown !== undefined) return new UsageError(`${name} has no field ${unknown}`, thereAre(fieldsOf(root, name)));
  const [, owner = "", field = ""] = /^\.?([\w.]+)\.(\w+): unknown enum value/.exec(message) ?? [];
  const values = enumOf(root, owner, field);
  return new UsageError(message.replace(/^\./, ""), values && thereAre(values));
}

function fieldsOf(root: protobuf.Root, name: string): readonly string[] {
  return root.lookupType(name).fieldsArray.map((field) => field.jsonName ?? field.name);
}

function enumOf(root: protobuf.Root, owner: string, field: string): readonly string[] | undefined {
  const type = owner === "" ? undefined : root.lookupType(owner).fields[field]?.resolvedType;
  return type instanceof protobuf.Enum ? Object.keys(type.values) : undefined;
}

function thereAre(names: readonly string[]): string {
  return names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
}

/** The library takes whole numbers that JavaScript's numbers do not hold as text. */
function withoutBigInts(json: unknown): unknown {
  if (typeof json === "bigint") return String(json);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(withoutBigInts);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withoutBigInts(value)]));
}
