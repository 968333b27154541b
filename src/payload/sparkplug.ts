import { UsageError } from "../errors.ts";
import { asJson, Budget, type Codec } from "./codec.ts";
import { jsonText, parseJson } from "./json-text.ts";
import { type ProtobufMessage, readMessage } from "./protobuf/read.ts";
import { writeMessage } from "./protobuf/write.ts";
import { readArray, writeArray } from "./sparkplug-arrays.ts";
import { dataTypes, sparkplugPayload } from "./sparkplug-schema.ts";

/** What a birth certificate says of an alias. */
interface Known {
  readonly name: string;
  readonly datatype: number;
}

/** Edge nodes whose aliases are remembered; the one that was not heard of for longest is forgotten. */
const MAXIMUM_NODES = 10_000;
/** Aliases of one node. */
const MAXIMUM_ALIASES = 50_000;

/** `spBv1.0/GROUP/TYPE/NODE[/DEVICE]`; STATE is text, not Sparkplug's protobuf. */
const TOPIC = /^spBv1\.0\/([^/]+)\/([ND](?:BIRTH|DATA|CMD|DEATH))\/([^/]+)(?:\/[^/]+)?$/;

/** True for topics whose payloads are Sparkplug B. */
export function isSparkplugTopic(topic: string): boolean {
  return TOPIC.test(topic);
}

/**
 * Sparkplug B 3.0. Metrics come by names and data types also where the message has only aliases: those of an edge node
 * and its devices are learnt from its birth certificates.
 */
export class SparkplugCodec implements Codec {
  readonly name = "sparkplug";
  private readonly nodes = new Map<string, Map<string, Known>>();

  decode(payload: Buffer, topic: string): ReturnType<Codec["decode"]> {
    const message = readMessage(sparkplugPayload, payload, new Budget());
    const aliases = this.aliasesFor(topic);
    const metrics = (message.get("metrics") ?? []) as readonly ProtobufMessage[];
    const shown = new Map(message);
    if (metrics.length > 0 || topic.includes("BIRTH/")) {
      shown.set(
        "metrics",
        metrics.map((metric) => metricFrom(metric, aliases, topic.includes("BIRTH/"))),
      );
    }
    return asJson(jsonText(shown), "sparkplug");
  }

  encode(written: Buffer): Buffer {
    const json = parseJson(written, "sparkplug");
    if (typeof json !== "object" || json === null) throw new UsageError("the payload: expected an object with metrics");
    const { metrics = [] } = json as { readonly metrics?: unknown };
    if (!Array.isArray(metrics)) throw new UsageError("metrics: expected a list");
    return writeMessage(sparkplugPayload, { ...json, metrics: metrics.map(metricTo) });
  }

  /** A birth certificate of the node makes all that was known of it void. */
  private aliasesFor(topic: string): Map<string, Known> | undefined {
    const [, group, type, node] = TOPIC.exec(topic) ?? [];
    if (group === undefined) return undefined;
    const key = `${group}/${node}`;
    const before = type === "NBIRTH" ? undefined : this.nodes.get(key);
    const aliases = before ?? new Map<string, Known>();
    this.nodes.delete(key);
    this.nodes.set(key, aliases);
    const [oldest] = this.nodes.keys();
    if (this.nodes.size > MAXIMUM_NODES && oldest !== undefined) this.nodes.delete(oldest);
    return aliases;
  }
}

function metricFrom(
  metric: ProtobufMessage,
  aliases: Map<string, Known> | undefined,
  isBirth: boolean,
): Map<string, unknown> {
  const alias = metric.has("alias") ? String(metric.get("alias")) : undefined;
  const known = alias === undefined ? undefined : aliases?.get(alias);
  const name = metric.get("name") ?? known?.name;
  const datatype = Number(metric.get("datatype") ?? known?.datatype ?? 0);
  if (isBirth && alias !== undefined && typeof name === "string" && aliases !== undefined) {
    if (aliases.size < MAXIMUM_ALIASES) aliases.set(alias, { name, datatype });
  }
  const shown = new Map<string, unknown>();
  if (name !== undefined) shown.set("name", name);
  for (const key of ["alias", "timestamp"]) if (metric.has(key)) shown.set(key, metric.get(key));
  if (datatype !== 0) shown.set("datatype", dataTypes[datatype] ?? datatype);
  for (const key of ["is_historical", "is_transient", "metadata", "properties"]) {
    if (metric.has(key)) shown.set(key, key === "properties" ? propertiesFrom(metric.get(key)) : metric.get(key));
  }
  shown.set("value", metric.get("is_null") === true ? null : valueFrom(metric, dataTypes[datatype]));
  for (const [key, value] of metric) if (/^\d+$/.test(key)) shown.set(key, value);
  return shown;
}

const VALUES = ["int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value"] as const;

/** Signed numbers are on the wire as unsigned ones of 32 or 64 bits. */
function valueFrom(message: ProtobufMessage, type: string | undefined): unknown {
  const template = message.get("template_value") as ProtobufMessage | undefined;
  if (template !== undefined) {
    const inner = new Map(template);
    const metrics = template.get("metrics") as readonly ProtobufMessage[] | undefined;
    if (metrics !== undefined)
      inner.set(
        "metrics",
        metrics.map((metric) => metricFrom(metric, undefined, false)),
      );
    return inner;
  }
  const dataset = message.get("dataset_value") as ProtobufMessage | undefined;
  if (dataset !== undefined) return datasetFrom(dataset);
  const bytes = message.get("bytes_value");
  if (bytes !== undefined) return type?.endsWith("Array") ? readArray(type, bytes as Buffer) : bytes;
  const name = VALUES.find((one) => message.has(one));
  const value = name === undefined ? null : message.get(name);
  if (type === undefined || value === null) return value;
  const bits = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 }[type];
  return bits === undefined ? value : BigInt.asIntN(bits, BigInt(value as number | bigint));
}

function datasetFrom(dataset: ProtobufMessage): Map<string, unknown> {
  const types = ((dataset.get("types") ?? []) as readonly number[]).map((type) => dataTypes[type] ?? "Unknown");
  const rows = (dataset.get("rows") ?? []) as readonly ProtobufMessage[];
  const shown = new Map(dataset);
  shown.set("types", types);
  shown.set(
    "rows",
    rows.map((row) =>
      ((row.get("elements") ?? []) as readonly ProtobufMessage[]).map((cell, index) => valueFrom(cell, types[index])),
    ),
  );
  return shown;
}

function propertiesFrom(set: unknown): unknown {
  const properties = set as ProtobufMessage;
  const keys = (properties.get("keys") ?? []) as readonly string[];
  const values = (properties.get("values") ?? []) as readonly ProtobufMessage[];
  return new Map(
    keys.map((key, index) => {
      const value = values[index];
      const list = value?.get("propertysets_value") as ProtobufMessage | undefined;
      const inner = value?.get("propertyset_value");
      if (inner !== undefined) return [key, propertiesFrom(inner)];
      if (list !== undefined) return [key, ((list.get("propertyset") ?? []) as readonly unknown[]).map(propertiesFrom)];
      return [key, value === undefined ? null : valueFrom(value, dataTypes[Number(value.get("type") ?? 0)])];
    }),
  );
}

/** `{name, datatype, value}` → a metric; without a data type, one that the value has. */
function metricTo(written: unknown, index: number): Record<string, unknown> {
  const place = `metrics[${index}]`;
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    throw new UsageError(`${place}: expected an object with name and value`);
  }
  const { value, datatype, properties, ...others } = written as Readonly<Record<string, unknown>>;
  if (properties !== undefined) throw new UsageError(`${place}: properties cannot be encoded`);
  const type = datatype === undefined ? guessed(value) : datatype;
  const number = typeof type === "number" ? type : dataTypes.indexOf(type as (typeof dataTypes)[number]);
  const name = dataTypes[number];
  if (name === undefined)
    throw new UsageError(`${place}: ${JSON.stringify(datatype)} is no data type`, dataTypes.join(", "));
  const metric = { ...others, ...(value === undefined && datatype === undefined ? {} : { datatype: number }) };
  if (value === undefined) return metric;
  return value === null ? { ...metric, is_null: true } : { ...metric, ...valueTo(name, value, `${place}.value`) };
}

function guessed(value: unknown): string {
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "Int64" : "Double";
  return value === null || value === undefined ? "Unknown" : "String";
}

function valueTo(type: string, value: unknown, place: string): Record<string, unknown> {
  if (type.endsWith("Array")) return { bytes_value: writeArray(type, value, place).toString("base64") };
  const [, sign, bits] = /^(U?)Int(8|16|32|64)$/.exec(type) ?? [];
  if (bits !== undefined) {
    const size = Number(bits);
    const lowest = sign === "U" ? 0n : -(1n << BigInt(size - 1));
    const whole = /^[+-]?\d{1,20}$/.test(String(value)) ? BigInt(String(value)) : undefined;
    if (whole === undefined || whole < lowest || whole >= lowest + (1n << BigInt(size))) {
      throw new UsageError(`${place}: ${JSON.stringify(value)} is no ${type}`);
    }
    const wire = BigInt.asUintN(size === 64 ? 64 : 32, whole);
    return size === 64 ? { long_value: String(wire) } : { int_value: Number(wire) };
  }
  switch (type) {
    case "Float":
      return { float_value: value };
    case "Double":
      return { double_value: value };
    case "Boolean":
      return { boolean_value: value };
    case "DateTime":
      return { long_value: value };
    case "String":
    case "Text":
    case "UUID":
      return { string_value: value };
    case "Bytes":
    case "File":
      return { bytes_value: value };
    default:
      throw new UsageError(`${place}: values of the type ${type} cannot be encoded`);
  }
}
