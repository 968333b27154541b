import { UsageError } from "../../../errors.ts";
import { isValidTopicName } from "../../../topic/index.ts";
import type { DueMessage } from "../../message-pump.ts";
import type { SimulateValues } from "./definition.ts";
import type { Kind } from "./preset.ts";

type Values = Pick<SimulateValues, "devices" | "rate" | "topicPrefix" | "qos" | "count">;

/**
 * The messages of all devices, in the order in which they are due: at first what is said once, then every kind in its
 * interval, the devices spread evenly over it. Which message comes when does not depend on how fast they are taken: so
 * the same seed gives the same messages.
 */
export function fleet(kinds: readonly Kind[], values: Values, start: number): () => DueMessage | undefined {
  const { devices, rate, count = Number.POSITIVE_INFINITY } = values;
  const once = kinds.filter(({ every }) => every === undefined);
  const repeated = kinds.filter(({ every }) => every !== undefined);
  /** Milliseconds between two messages of a kind, of whichever device. */
  const natural = repeated.map(({ every }) => (every as number) / devices);
  const perSecond = natural.reduce((sum, gap) => sum + 1000 / gap, 0);
  const gaps = rate === undefined ? natural : natural.map((gap) => (gap * perSecond) / rate);
  const counts = repeated.map(() => 0);
  let given = 0;

  const make = (kind: Kind, i: number, seq: number, at: number): DueMessage => {
    const context = { now: Date.now(), seq, i };
    const topic = (values.topicPrefix ?? "") + kind.topic.text(context);
    if (!isValidTopicName(topic)) throw new UsageError(`${JSON.stringify(topic)} is no topic to publish to`);
    const payload = kind.payload.bytes(context);
    given++;
    return { message: { topic, payload, qos: values.qos ?? kind.qos, retain: kind.retain }, at };
  };

  return () => {
    if (given >= count) return undefined;
    if (given < once.length * devices) {
      return make(once[given % once.length] as Kind, Math.floor(given / once.length), 1, start);
    }
    let first = -1;
    let at = Number.POSITIVE_INFINITY;
    for (const [index, gap] of gaps.entries()) {
      const due = start + (counts[index] as number) * gap;
      if (due < at) {
        first = index;
        at = due;
      }
    }
    if (first === -1) return undefined;
    const number = counts[first] as number;
    counts[first] = number + 1;
    return make(repeated[first] as Kind, number % devices, Math.floor(number / devices) + 1, at);
  };
}
