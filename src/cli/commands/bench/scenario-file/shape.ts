import type { ValueType } from "../../../option.ts";

/** What may stand at a place of a scenario file: reading, errors, the JSON Schema and the type of the value follow from it. */
export type Shape<Value = unknown> = { readonly value?: Value } & (
  | { readonly kind: "scalar"; readonly type: ValueType<unknown>; readonly json: readonly JsonType[] }
  | { readonly kind: "list"; readonly of: Shape; readonly isAlsoOne: boolean }
  | { readonly kind: "record"; readonly fields: Fields }
  /** Names of the user's own, each with a value. */
  | { readonly kind: "map"; readonly of: Shape; readonly names: string }
  | { readonly kind: "either"; readonly scalar: Shape; readonly other: Shape }
);

type JsonType = "string" | "number" | "boolean";

export interface Field<Value = unknown> {
  readonly summary: string;
  readonly shape: Shape<Value>;
  readonly isRequired: boolean;
  readonly defaultText?: string | undefined;
}

export type Fields = Readonly<Record<string, Field>>;

type ValueOf<One> = One extends Shape<infer Value> ? Value : never;
/** The value of a record: what is not required may be undefined. */
type RecordOf<Of extends Fields> = { readonly [Name in keyof Of]: ValueOf<Of[Name]["shape"]> | Missing<Of[Name]> };
type Missing<One extends Field> = One["isRequired"] extends true ? never : undefined;

/** One value, written as on the command line; numbers and switches without quotes. */
export function scalar<Value>(type: ValueType<Value>, ...json: readonly JsonType[]): Shape<Value> {
  return { kind: "scalar", type, json: json.length > 0 ? json : ["string", "number"] };
}

export const yesOrNo: Shape<boolean> = scalar(
  {
    expected: "true or false",
    parse: (typed) => (typed === "true" ? true : typed === "false" ? false : undefined),
    completion: { kind: "none" },
  },
  "boolean",
);

/** Several values; one alone may stand without brackets where that is allowed. */
export function listOf<Value>(of: Shape<Value>, isAlsoOne = false): Shape<readonly Value[]> {
  return { kind: "list", of, isAlsoOne };
}

export function recordOf<const Of extends Fields>(fields: Of): Shape<RecordOf<Of>> {
  return { kind: "record", fields };
}

export function mapOf<Value>(names: string, of: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return { kind: "map", of, names };
}

export function either<One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> {
  return { kind: "either", scalar: one, other };
}

export function field<Value>(shape: Shape<Value>, summary: string, defaultText?: string) {
  return { summary, shape, isRequired: false, defaultText } as const;
}

export function required<Value>(shape: Shape<Value>, summary: string) {
  return { summary, shape, isRequired: true } as const;
}
