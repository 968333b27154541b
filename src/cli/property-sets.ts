import {
  type ConnectProperties,
  type DisconnectProperties,
  type PropertyType,
  type PublishProperties,
  propertyNamed,
  propertyOf,
  type SubscribeProperties,
  type UnsubscribeProperties,
  type WillProperties,
} from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import type { TypedProperty } from "./options/properties.ts";
import { suggestion } from "./suggest.ts";
import { alternatives } from "./value-types.ts";

/** The properties that `-D` gives to each packet that we send. */
export interface PropertySets {
  readonly connect: ConnectProperties;
  readonly publish: PublishProperties;
  readonly will: WillProperties;
  readonly subscribe: SubscribeProperties;
  readonly unsubscribe: UnsubscribeProperties;
  readonly disconnect: DisconnectProperties;
}

const COMMANDS = ["connect", "publish", "will", "subscribe", "unsubscribe", "disconnect"] as const;
type CommandName = (typeof COMMANDS)[number];
/** Packets that carry properties, but only as an answer that the client makes by itself. */
const ANSWERS = ["auth", "puback", "pubrec", "pubrel", "pubcomp", "suback", "unsuback", "connack"];

/** Reads what `-D` was given. `used` are the packets that this command sends. Throws UsageError by name. */
export function propertySetsFrom(
  typed: readonly TypedProperty[],
  used: readonly CommandName[] = COMMANDS,
): PropertySets {
  const sets: Record<CommandName, Record<string, unknown>> = {
    connect: {},
    publish: {},
    will: {},
    subscribe: {},
    unsubscribe: {},
    disconnect: {},
  };
  for (const { command, property: name, values } of typed) {
    const set = sets[commandFrom(command, used)];
    const key = keyFrom(command, name);
    const { type, repeatable } = propertyNamed(key) as { type: PropertyType; repeatable?: boolean };
    const value = valueFrom(type, values, `--property ${command} ${name}`);
    if (repeatable === true) set[key] = [...((set[key] as unknown[] | undefined) ?? []), value];
    else if (set[key] === undefined) set[key] = value;
    else throw new UsageError(`--property ${command} ${name} is there twice`, "it may stand once in a packet");
  }
  return sets as unknown as PropertySets;
}

function commandFrom(typed: string, used: readonly CommandName[]): CommandName {
  const command = typed.toLowerCase();
  const found = used.find((name) => name === command);
  if (found !== undefined) return found;
  if (COMMANDS.includes(command as CommandName)) {
    throw new UsageError(`--property ${typed}: this command sends no ${command.toUpperCase()} of its own`);
  }
  if (ANSWERS.includes(command))
    throw new UsageError(`--property ${typed}: mqtk answers by itself, without properties`);
  const meant = suggestion(command, COMMANDS);
  throw new UsageError(
    `--property ${typed}: expected ${alternatives(used)}`,
    meant === undefined ? undefined : `did you mean ${meant}?`,
  );
}

/** `userProperties` of `user-property`. */
function keyFrom(command: string, name: string): string {
  const camel = name.toLowerCase().replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
  const key = camel === "userProperty" ? "userProperties" : camel === "maximumQos" ? "maximumQoS" : camel;
  const property = propertyNamed(key);
  if (property === undefined) {
    throw new UsageError(`--property ${command} ${name}: there is no such property`, "for example content-type");
  }
  const carrier = command.toUpperCase() as Parameters<typeof propertyOf>[0];
  if (propertyOf(carrier, property.id) !== property) {
    const reason =
      key === "subscriptionIdentifier" ? "only servers send it with a message" : `${carrier} cannot carry it`;
    throw new UsageError(`--property ${command} ${name}: ${reason}`);
  }
  return key;
}

const MOST: Readonly<Partial<Record<PropertyType, number>>> = {
  bit: 1,
  flag: 1,
  uint16: 0xffff,
  uint32: 0xffff_ffff,
  varint: 268_435_455,
};

function valueFrom(type: PropertyType, values: readonly string[], place: string): unknown {
  const [first = "", second = ""] = values;
  if (type === "utf8") return first;
  if (type === "pair") return [first, second];
  if (type === "binary") return Buffer.from(first);
  const most = MOST[type] as number;
  const number = /^(\d+|0x[0-9a-f]+)$/i.test(first) ? Number(first) : Number.NaN;
  if (!(number <= most)) throw new UsageError(`${place} ${first}: expected a whole number from 0 to ${most}`);
  return type === "flag" ? number === 1 : number;
}
