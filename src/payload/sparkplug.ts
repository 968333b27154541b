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

/** What is remembered costs at most this, in characters; the node that was not heard of for longest is forgotten first. */
const MAXIMUM_COST = 32 * 1024 * 1024;
/** Beside its name, what an alias or a node costs. */
const OVERHEAD = 100;

/** The aliases of an edge node and its devices. */
interface Node {
  readonly aliases: Map<string, Known>;
  cost: number;
}

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
  private readonly nodes = new Map<string, Node>();
  private cost = 0;

  decode(payload: Buffer, topic: string): ReturnType<Codec["decode"]> {
    const message = readMessage(sparkplugPayload, payload, new Budget());
    const node = this.nodeFor(topic);
    const metrics = (message.get("metrics") ?? []) as readonly ProtobufMessage[];
    if (node !== undefined && topic.includes("BIRTH/")) this.learn(node, metrics);
    const shown = new Map(message);
    if (metrics.length > 0 || topic.includes("BIRTH/")) {
      shown.set(
        "metrics",
        metrics.map((metric) => metricFrom(metric, node?.aliases)),
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
  private nodeFor(topic: string): Node | undefined {
    const [, group, type, name] = TOPIC.exec(topic) ?? [];
    if (group === undefined || type === undefined) return undefined;
    const key = `${group}/${name}`;
    const before = this.nodes.get(key);
    if (before === undefined && !type.endsWith("BIRTH")) return undefined; // there is nothing to remember
    if (type === "NBIRTH" && before !== undefined) this.forget(key, before);
    const isKnown = type !== "NBIRTH" && before !== undefined;
    const node = isKnown ? before : { aliases: new Map<string, Known>(), cost: key.length + OVERHEAD };
    if (!isKnown) this.cost += node.cost;
    this.nodes.delete(key); // and to the end: heard of last
    this.nodes.set(key, node);
    return node;
  }

  private learn(node: Node, metrics: readonly ProtobufMessage[]): void {
    for (const metric of metrics) {
      const name = metric.get("name");
      if (!metric.has("alias") || typeof name !== "string") continue;
      node.aliases.set(String(metric.get("alias")), { name, datatype: Number(metric.get("datatype") ?? 0) });
      node.cost += name.length + OVERHEAD;
      this.cost += name.length + OVERHEAD;
    }
    for (const [key, oldest] of this.nodes) {
      if (this.cost <= MAXIMUM_COST) break;
      this.forget(key, oldest);
    }
  }

  private forget(key: string, node: Node): void {
    this.nodes.delete(key);
    this.cost -= node.cost;
  }
}

function metricFrom(metric: ProtobufMessage, aliases: ReadonlyMap<string, Known> | undefined): Map<string, unknown> {
  const alias = metric.has("alias") ? String(metric.get("alias")) : undefined;
  const known = alias === undefined ? undefined : aliases?.get(alias);
  const name = metric.get("name") ?? known?.name;
  const datatype = Number(metric.get("datatype") ?? known?.datatype ?? 0);
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
        metrics.map((metric) => metricFrom(metric, undefined)),
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
