/** A type that is no message and no enum, by its name in .proto files. */
// biome-ignore format: a table
export type Scalar =
  | "double" | "float" | "int32" | "int64" | "uint32" | "uint64" | "sint32" | "sint64"
  | "fixed32" | "fixed64" | "sfixed32" | "sfixed64" | "bool" | "string" | "bytes";

/** What a field holds. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | {
      readonly kind: "enum";
      readonly numbers: ReadonlyMap<string, number>;
      readonly names: ReadonlyMap<number, string>;
    }
  | { readonly kind: "message"; readonly message: () => MessageSchema; readonly isGroup: boolean };

export interface FieldSchema {
  readonly number: number;
  /** In JSON. */
  readonly name: string;
  /** In the .proto file. */
  readonly protoName: string;
  readonly type: FieldType;
  readonly isRepeated: boolean;
  /** How a list of numbers is written; both ways are read. */
  readonly isPacked: boolean;
  /** A map from this to `type`; on the wire a list of entries (1: key, 2: value). */
  readonly mapKey: Scalar | undefined;
  /** Of proto3 without `optional`: the default is not written. */
  readonly isImplicit: boolean;
}

/** A message as data: what to read and write without making code of it. */
export class MessageSchema {
  /** With its package. */
  readonly fullName: string;
  readonly fields: readonly FieldSchema[];
  private readonly byNumber = new Map<number, FieldSchema>();
  private readonly byName = new Map<string, FieldSchema>();

  constructor(fullName: string, fields: readonly FieldSchema[]) {
    this.fullName = fullName;
    this.fields = [...fields].sort((one, other) => one.number - other.number);
    for (const field of fields) {
      this.byNumber.set(field.number, field);
      this.byName.set(field.protoName, field);
    }
    for (const field of fields) this.byName.set(field.name, field);
  }

  fieldOf(number: number): FieldSchema | undefined {
    return this.byNumber.get(number);
  }

  /** By its name in JSON or in the .proto file. */
  fieldNamed(name: string): FieldSchema | undefined {
    return this.byName.get(name);
  }
}

/** Wire types (protobuf encoding guide). */
export const Wire = { VARINT: 0, FIXED64: 1, BYTES: 2, GROUP: 3, END_GROUP: 4, FIXED32: 5 } as const;
export type Wire = (typeof Wire)[keyof typeof Wire];

export function wireOf(type: FieldType): Wire {
  if (type.kind === "message") return type.isGroup ? Wire.GROUP : Wire.BYTES;
  if (type.kind === "enum") return Wire.VARINT;
  switch (type.scalar) {
    case "double":
    case "fixed64":
    case "sfixed64":
      return Wire.FIXED64;
    case "float":
    case "fixed32":
    case "sfixed32":
      return Wire.FIXED32;
    case "string":
    case "bytes":
      return Wire.BYTES;
    default:
      return Wire.VARINT;
  }
}
