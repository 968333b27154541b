import type { PlainMessage } from "../protobuf/plain.ts";
import type { Known } from "./aliases.ts";
import { readArray } from "./arrays.ts";
import { dataTypes } from "./schema.ts";

/** A metric as people read it: name, data type by its name, value. */
export function metricFrom(metric: PlainMessage, aliases?: ReadonlyMap<string, Known>): Map<string, unknown> {
  const alias = metric.has("alias") ? String(metric.get("alias")) : undefined;
  const known = alias === undefined ? undefined : aliases?.get(alias);
  const name = metric.get("name") ?? known?.name;
  const datatype = Number(metric.get("datatype") ?? known?.datatype ?? 0);
  const shown = new Map<string, unknown>();
  if (name !== undefined) shown.set("name", name);
  for (const key of ["alias", "timestamp"]) if (metric.has(key)) shown.set(key, metric.get(key));
  if (datatype !== 0) shown.set("datatype", typeName(datatype));
  for (const key of ["is_historical", "is_transient", "metadata"]) {
    if (metric.has(key)) shown.set(key, metric.get(key));
  }
  if (metric.has("properties")) shown.set("properties", propertiesFrom(metric.get("properties") as PlainMessage));
  shown.set("value", valueFrom(metric, dataTypes[datatype]));
  for (const [key, value] of metric) if (/^\d+$/.test(key)) shown.set(key, value);
  return shown;
}

const SCALARS = ["int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value"] as const;

/** Signed numbers are on the wire as unsigned ones of 32 or 64 bits. */
function valueFrom(message: PlainMessage, type: string | undefined): unknown {
  if (message.get("is_null") === true) return null;
  const template = message.get("template_value");
  if (template !== undefined) return templateFrom(template as PlainMessage);
  const dataset = message.get("dataset_value");
  if (dataset !== undefined) return datasetFrom(dataset as PlainMessage);
  const bytes = message.get("bytes_value");
  if (bytes !== undefined) return type?.endsWith("Array") ? readArray(type, bytes as Buffer) : bytes;
  const name = SCALARS.find((one) => message.has(one));
  const value = name === undefined ? null : message.get(name);
  const bits = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 }[type ?? ""];
  const isWhole = typeof value === "bigint" || Number.isInteger(value);
  return bits === undefined || !isWhole ? value : BigInt.asIntN(bits, BigInt(value as number | bigint));
}

function templateFrom(template: PlainMessage): Map<string, unknown> {
  const shown = new Map(template);
  if (template.has("metrics")) {
    shown.set(
      "metrics",
      listIn(template, "metrics").map((metric) => metricFrom(metric)),
    );
  }
  if (template.has("parameters")) {
    const parameters = listIn(template, "parameters");
    shown.set(
      "parameters",
      parameters.map((parameter) => ({ name: parameter.get("name") ?? "", ...typedFrom(parameter) })),
    );
  }
  return shown;
}

/** Rows of values instead of messages in messages. */
function datasetFrom(dataset: PlainMessage): Map<string, unknown> {
  const types = (dataset.get("types") ?? []) as readonly number[];
  const rows = listIn(dataset, "rows").map((row) =>
    listIn(row, "elements").map((cell, index) => valueFrom(cell, dataTypes[types[index] ?? 0])),
  );
  return new Map([...dataset, ["types", types.map(typeName)], ["rows", rows]]);
}

/** `{"unit": {"type": "String", "value": "K"}}`. */
function propertiesFrom(set: PlainMessage): Map<string, unknown> {
  const keys = (set.get("keys") ?? []) as readonly string[];
  const values = listIn(set, "values");
  if (keys.length !== values.length) {
    throw new Error(`a property set with ${keys.length} keys and ${values.length} values`);
  }
  return new Map(keys.map((key, index) => [key, typedFrom(values[index] as PlainMessage)]));
}

/** The type and the value of a property, or of a template's parameter. */
function typedFrom(message: PlainMessage): Record<string, unknown> {
  const type = Number(message.get("type") ?? 0);
  const set = message.get("propertyset_value") as PlainMessage | undefined;
  const list = message.get("propertysets_value") as PlainMessage | undefined;
  let value: unknown;
  if (set !== undefined) value = propertiesFrom(set);
  else
    value = list === undefined ? valueFrom(message, dataTypes[type]) : listIn(list, "propertyset").map(propertiesFrom);
  return type === 0 ? { value } : { type: typeName(type), value };
}

function typeName(type: number): string | number {
  return dataTypes[type] ?? type;
}

function listIn(message: PlainMessage, name: string): readonly PlainMessage[] {
  return (message.get(name) ?? []) as readonly PlainMessage[];
}
