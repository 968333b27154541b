import { UsageError } from "../../errors.ts";
import { asJson, type Codec } from "../codec.ts";
import { jsonText, parseJson } from "../json-text.ts";
import { encodeMessage } from "../protobuf/encode.ts";
import { type PlainMessage, plainMessage } from "../protobuf/plain.ts";
import { readMessage } from "../protobuf/read.ts";
import { AliasBook, isBirthTopic } from "./aliases.ts";
import { metricFrom } from "./metric-from.ts";
import { metricTo } from "./metric-to.ts";
import { sparkplugPayload } from "./schema.ts";

/**
 * Sparkplug B 3.0. Metrics come by names and data types also where the message has only aliases: those of an edge node
 * and its devices are learnt from its birth certificates. What is decoded can be encoded again.
 */
export class SparkplugCodec implements Codec {
  readonly name = "sparkplug";
  private readonly book = new AliasBook();

  decode(payload: Buffer, topic: string): ReturnType<Codec["decode"]> {
    const shown = plainMessage(readMessage(sparkplugPayload, payload));
    const metrics = (shown.get("metrics") ?? []) as readonly PlainMessage[];
    const aliases = this.book.aliasesFor(topic, metrics);
    if (metrics.length > 0 || isBirthTopic(topic)) {
      shown.delete("metrics"); // many lines, so behind the others
      const named = metrics.map((metric) => metricFrom(metric, aliases));
      shown.set("metrics", named);
    }
    return asJson(jsonText(shown), "sparkplug");
  }

  isRemembered(topic: string): boolean {
    return isBirthTopic(topic);
  }

  encode(written: Buffer): Buffer {
    const json = parseJson(written, "sparkplug");
    if (typeof json !== "object" || json === null) throw new UsageError("the payload: expected an object with metrics");
    const { metrics = [] } = json as { readonly metrics?: unknown };
    if (!Array.isArray(metrics)) throw new UsageError("metrics: expected a list");
    const changed = metrics.map((metric, index) => metricTo(metric, `metrics[${index}]`));
    return encodeMessage(sparkplugPayload, { ...json, metrics: changed });
  }
}
