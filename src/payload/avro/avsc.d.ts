// What is used of avsc: its own types leave out the cursor that bounds can be put on, and its door opens streams and sockets.

declare module "avsc/lib/utils.js" {
  /** Steps over bytes; reads past their end are noticed only by `isValid()`. */
  export class Tap {
    readonly buf: Buffer;
    pos: number;
    constructor(buf: Buffer, pos?: number);
    readBoolean(): boolean;
    readInt(): number;
    readLong(): number;
    readFloat(): number;
    readDouble(): number;
    readFixed(length: number): Buffer;
    readBytes(): Buffer;
    readString(): string;
    unpackLongBytes(): Buffer;
  }
}

declare module "avsc/lib/types.js" {
  import type { Tap } from "avsc/lib/utils.js";

  interface Field {
    readonly name: string;
    readonly type: Type;
    defaultValue(): unknown;
  }

  export class Type {
    static forSchema(schema: unknown, options: object): Type;
    readonly typeName: string;
    /** With its namespace; only what a schema can name has one. */
    readonly name?: string;
    /** As unions call it. */
    readonly branchName: string;
    readonly fields?: readonly Field[];
    readonly itemsType?: Type;
    readonly valuesType?: Type;
    readonly types?: readonly Type[];
    readonly symbols?: readonly string[];
    readonly size?: number;
    _read(tap: Tap): unknown;
    toBuffer(value: unknown): Buffer;
  }

  class LogicalType extends Type {
    readonly underlyingType: Type;
    constructor(schema: object, options: object);
    protected _fromValue(value: unknown): unknown;
    protected _toValue(value: unknown): unknown;
  }

  export const builtins: {
    readonly LogicalType: typeof LogicalType;
    readonly LongType: { __with(methods: object): Type };
  };
}
