import { UsageError } from "../../errors.ts";
import { writeArray } from "./arrays.ts";
import { type DataType, dataTypes } from "./schema.ts";
import { dataTypeOf, listAt, objectAt, scalarTo } from "./values.ts";

type Json = Readonly<Record<string, unknown>>;

/** `{name, datatype, value, properties}`, as people write it, as protobuf's JSON. Throws UsageError with the place. */
export function metricTo(written: unknown, place: string): Json {
  const { value, datatype, properties, ...others } = objectAt(written, "an object with name and value", place);
  const type = dataTypeOf(datatype, value, place);
  const isTyped = value !== undefined || datatype !== undefined;
  return {
    ...others,
    ...(isTyped ? { datatype: numberOf(type) } : {}),
    ...(properties === undefined ? {} : { properties: propertiesTo(properties, `${place}.properties`) }),
    ...(value === undefined ? {} : valueTo(type, value, `${place}.value`)),
  };
}

function valueTo(type: DataType, value: unknown, place: string): Json {
  if (value === null) return { is_null: true };
  if (type.endsWith("Array")) return { bytes_value: writeArray(type, value, place).toString("base64") };
  switch (type) {
    case "Bytes":
    case "File":
      if (typeof value !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
        throw new UsageError(`${place}: expected bytes in base64`);
      }
      return { bytes_value: value };
    case "DataSet":
      return { dataset_value: datasetTo(value, place) };
    case "Template":
      return { template_value: templateTo(value, place) };
    default:
      return scalarOr(type, value, place, "a metric");
  }
}

/** `{columns: ["a"], types: ["Int32"], rows: [[1], [2]]}`. */
function datasetTo(written: unknown, place: string): Json {
  const { columns, types, rows, ...others } = objectAt(written, "an object with columns, types and rows", place);
  const names = listAt(columns, `${place}.columns`);
  const kinds = listAt(types, `${place}.types`).map((type, index) =>
    dataTypeOf(type ?? "", undefined, `${place}.types[${index}]`),
  );
  if (kinds.length !== names.length) {
    throw new UsageError(`${place}: ${names.length} columns and ${kinds.length} types`);
  }
  const changed = listAt(rows, `${place}.rows`).map((row, index) => {
    const cells = listAt(row ?? null, `${place}.rows[${index}]`);
    if (cells.length !== kinds.length) {
      throw new UsageError(`${place}.rows[${index}]: ${cells.length} values for ${kinds.length} columns`);
    }
    return { elements: cells.map((cell, at) => cellTo(kinds[at] as DataType, cell, `${place}.rows[${index}][${at}]`)) };
  });
  return { num_of_columns: names.length, ...others, columns: names, types: kinds.map(numberOf), rows: changed };
}

/** A cell without a value is null. */
function cellTo(type: DataType, value: unknown, place: string): Json {
  return value === null ? {} : scalarOr(type, value, place, "a data set");
}

/** `{version, template_ref, is_definition, metrics, parameters: [{name, type, value}]}`. */
function templateTo(written: unknown, place: string): Json {
  const { metrics, parameters, ...others } = objectAt(written, "an object with metrics", place);
  return {
    ...others,
    metrics: listAt(metrics, `${place}.metrics`).map((metric, index) => metricTo(metric, `${place}.metrics[${index}]`)),
    parameters: listAt(parameters, `${place}.parameters`).map((one, index) => {
      const at = `${place}.parameters[${index}]`;
      const { name, type: typed, value, ...unknown } = objectAt(one, "an object with name, type and value", at);
      const type = dataTypeOf(typed, value, at);
      const isEmpty = value === undefined || value === null;
      return {
        ...unknown,
        ...(name === undefined ? {} : { name }),
        type: numberOf(type),
        ...(isEmpty ? {} : scalarOr(type, value, `${at}.value`, "a parameter")),
      };
    }),
  };
}

/** `{"unit": {"type": "String", "value": "K"}}`, or just `{"unit": "K"}`. */
function propertiesTo(written: unknown, place: string): Json {
  const entries = Object.entries(objectAt(written, "an object", place));
  return {
    keys: entries.map(([key]) => key),
    values: entries.map(([key, property]) => propertyTo(property, `${place}.${key}`)),
  };
}

function propertyTo(written: unknown, place: string): Json {
  const { type: typed, value } = isTyped(written) ? written : { type: undefined, value: written };
  const isPlainList = typed === undefined && Array.isArray(value);
  const isPlainSet = typed === undefined && typeof value === "object" && value !== null && !isPlainList;
  const type = isPlainList ? "PropertySetList" : isPlainSet ? "PropertySet" : dataTypeOf(typed, value, place);
  const number = numberOf(type);
  if (value === null || value === undefined) return { type: number, is_null: true };
  if (type === "PropertySet") return { type: number, propertyset_value: propertiesTo(value, place) };
  if (type !== "PropertySetList") return { type: number, ...scalarOr(type, value, place, "a property") };
  const sets = listAt(value, place).map((set, index) => propertiesTo(set, `${place}[${index}]`));
  return { type: number, propertysets_value: { propertyset: sets } };
}

function isTyped(written: unknown): written is { readonly type?: unknown; readonly value: unknown } {
  if (typeof written !== "object" || written === null || !("value" in written)) return false;
  return Object.keys(written).every((key) => key === "type" || key === "value");
}

function scalarOr(type: DataType, value: unknown, place: string, owner: string): Json {
  const scalar = scalarTo(type, value, place);
  if (scalar === undefined) throw new UsageError(`${place}: the value of ${owner} cannot be of the type ${type}`);
  return scalar;
}

function numberOf(type: DataType): number {
  return dataTypes.indexOf(type);
}
