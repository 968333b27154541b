import protobuf from "protobufjs";
import { Budget, LIMITS } from "../codec.ts";
import { shortest } from "../numbers.ts";

/** A decoded message; a field that was not there is not its own. */
export type Message = protobuf.Message & Record<string, unknown>;

/**
 * Reads a whole message and keeps the fields that its type does not know. Throws where the bytes are none, or cost more
 * than a payload may. The library makes a function of each type (`new Function`), of names that its parser has checked.
 */
export function readMessage(type: protobuf.Type, bytes: Buffer): Message {
  if (bytes.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  const budget = new Budget();
  try {
    const message = type.decode(new CountingReader(bytes, budget)) as Message;
    tidy(type, message, budget);
    return message;
  } catch (error) {
    throw new Error(reasonOf(error as Error));
  }
}

/** The library bounds how deep messages lie in messages, but not how many there are. */
class CountingReader extends protobuf.BufferReader {
  private readonly budget: Budget;

  constructor(bytes: Buffer, budget: Budget) {
    super(bytes);
    this.budget = budget;
    this.discardUnknown = false;
  }

  override tag(): number {
    this.budget.spend();
    return super.tag();
  }
}

/** Counts what lists have, which a packed one says in one field, and gives floats no more digits than they have. */
function tidy(type: protobuf.Type, message: Message, budget: Budget): void {
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(message, field.name)) continue;
    const value = message[field.name];
    const { resolvedType } = field;
    if (Array.isArray(value)) budget.spend(value.length);
    if (field.type === "float") message[field.name] = mapped(value, (float) => shortest(float as number));
    else if (resolvedType instanceof protobuf.Type) each(value, field, (inner) => tidy(resolvedType, inner, budget));
  }
}

function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return change(value);
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

/** The messages of a field: one, a list of them, a map to them. */
export function each(value: unknown, field: protobuf.Field, visit: (message: Message, key: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (!field.repeated && !field.map) return visit(value as Message, "");
  for (const [key, message] of Object.entries(value as Readonly<Record<string, Message>>)) visit(message, key);
}

function reasonOf({ name, message }: Error): string {
  if (name === "RangeError") return /call stack/.test(message) ? "nested too deeply" : "it ends too early";
  if (/^max depth/.test(message)) return `nested deeper than ${LIMITS.depth}`;
  return /encoding utf-8/.test(message) ? "a string that is no UTF-8" : message;
}
