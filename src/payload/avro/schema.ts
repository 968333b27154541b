import { UsageError } from "../../errors.ts";

const PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"] as const;
type Primitive = (typeof PRIMITIVES)[number];

/** An Avro schema (specification 1.12), with names resolved; records may hold themselves. */
export type AvroType =
  | { readonly kind: Primitive; readonly name: Primitive; readonly logical: Logical | undefined }
  | { readonly kind: "fixed"; readonly name: string; readonly size: number; readonly logical: Logical | undefined }
  | { readonly kind: "enum"; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: "array"; readonly name: "array"; readonly items: AvroType }
  | { readonly kind: "map"; readonly name: "map"; readonly values: AvroType }
  | { readonly kind: "union"; readonly name: "union"; readonly branches: readonly AvroType[] }
  | AvroRecord;

export interface AvroRecord {
  readonly kind: "record";
  readonly name: string;
  /** Filled in behind the record itself, which its fields may name. */
  fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  /** As JSON; undefined where the field must be given. */
  readonly default: unknown;
}

/** What a primitive stands for; others are left as they are. */
export interface Logical {
  readonly name: "decimal" | "date" | "timestamp-millis" | "timestamp-micros" | "time-millis" | "time-micros";
  /** Of a decimal: digits behind the point. */
  readonly scale: number;
}

/** Reads a schema (.avsc). Throws UsageError that says where it is wrong. */
export function avroSchemaFrom(text: string, name: string): AvroType {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`);
  }
  try {
    return new SchemaReader().type(json, "", 0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${name}: ${error.message}`, error.hint);
  }
}

type Json = Readonly<Record<string, unknown>>;

class SchemaReader {
  private readonly named = new Map<string, AvroType>();

  type(json: unknown, namespace: string, depth: number): AvroType {
    if (depth > 100) throw new UsageError("nested deeper than 100");
    if (typeof json === "string") return this.reference(json, namespace);
    if (Array.isArray(json)) return this.union(json, namespace, depth);
    if (typeof json !== "object" || json === null) throw new UsageError(`${JSON.stringify(json)} is no type`);
    const { type } = json as Json;
    switch (type) {
      case "record":
      case "error":
        return this.record(json as Json, namespace, depth);
      case "enum":
        return this.enumeration(json as Json, namespace);
      case "fixed":
        return this.fixed(json as Json, namespace);
      case "array":
        return { kind: "array", name: "array", items: this.type((json as Json)["items"], namespace, depth + 1) };
      case "map":
        return { kind: "map", name: "map", values: this.type((json as Json)["values"], namespace, depth + 1) };
      default: {
        if (type === undefined) throw new UsageError(`${JSON.stringify(json).slice(0, 60)} has no type`);
        const inner = this.type(type, namespace, depth + 1);
        const logical = logicalOf(json as Json, inner.kind);
        return logical === undefined || !("logical" in inner) ? inner : { ...inner, logical };
      }
    }
  }

  private reference(name: string, namespace: string): AvroType {
    if ((PRIMITIVES as readonly string[]).includes(name)) {
      return { kind: name as Primitive, name: name as Primitive, logical: undefined };
    }
    const found = this.named.get(fullName(name, namespace)) ?? this.named.get(name);
    if (found === undefined)
      throw new UsageError(`${JSON.stringify(name)} is no type`, "a name must be defined before it is used");
    return found;
  }

  private union(json: readonly unknown[], namespace: string, depth: number): AvroType {
    const branches = json.map((branch) => this.type(branch, namespace, depth + 1));
    const names = branches.map(({ name }) => name);
    if (branches.length === 0 || names.includes("union"))
      throw new UsageError("a union needs types that are no unions");
    if (new Set(names).size < names.length) throw new UsageError(`a union with two of a kind: ${names.join(", ")}`);
    return { kind: "union", name: "union", branches };
  }

  private record(json: Json, namespace: string, depth: number): AvroType {
    const name = nameOf(json, namespace);
    const record: AvroRecord = { kind: "record", name, fields: [] };
    this.define(record);
    const { fields } = json;
    if (!Array.isArray(fields)) throw new UsageError(`the record ${name} has no fields`);
    const inner = name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "";
    record.fields = fields.map((field: Json): AvroField => {
      if (typeof field?.["name"] !== "string") throw new UsageError(`a field of ${name} has no name`);
      return { name: field["name"], type: this.type(field["type"], inner, depth + 1), default: field["default"] };
    });
    return record;
  }

  private enumeration(json: Json, namespace: string): AvroType {
    const { symbols } = json;
    const name = nameOf(json, namespace);
    if (!Array.isArray(symbols) || symbols.some((symbol) => typeof symbol !== "string")) {
      throw new UsageError(`the enum ${name} has no symbols`);
    }
    return this.define({ kind: "enum", name, symbols });
  }

  private fixed(json: Json, namespace: string): AvroType {
    const name = nameOf(json, namespace);
    const { size } = json;
    if (typeof size !== "number" || !Number.isInteger(size) || size < 0) throw new UsageError(`${name} has no size`);
    return this.define({ kind: "fixed", name, size, logical: logicalOf(json, "fixed") });
  }

  private define<Type extends AvroType>(type: Type): Type {
    if (this.named.has(type.name)) throw new UsageError(`${type.name} is defined twice`);
    this.named.set(type.name, type);
    return type;
  }
}

const LOGICAL_OF: Readonly<Record<Logical["name"], readonly string[]>> = {
  decimal: ["bytes", "fixed"],
  date: ["int"],
  "time-millis": ["int"],
  "time-micros": ["long"],
  "timestamp-millis": ["long"],
  "timestamp-micros": ["long"],
};

/** The specification says to ignore logical types that are unknown or stand on the wrong type. */
function logicalOf({ logicalType, scale = 0 }: Json, kind: string): Logical | undefined {
  if (typeof logicalType !== "string" || !Object.hasOwn(LOGICAL_OF, logicalType)) return undefined;
  const name = logicalType as Logical["name"];
  const hasScale = typeof scale === "number" && Number.isInteger(scale) && scale >= 0 && scale <= 1000;
  return LOGICAL_OF[name].includes(kind) && hasScale ? { name, scale: scale as number } : undefined;
}

function nameOf({ name, namespace: own }: Json, namespace: string): string {
  if (typeof name !== "string" || !/^[A-Za-z_][\w.]*$/.test(name))
    throw new UsageError(`${JSON.stringify(name)} is no name`);
  return fullName(name, typeof own === "string" ? own : namespace);
}

function fullName(name: string, namespace: string): string {
  return name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
}
