import path from "node:path";
import protobuf from "protobufjs";
import { UsageError } from "../../errors.ts";
import { type FieldSchema, type FieldType, MessageSchema, type Scalar } from "./schema.ts";

/** Reads a file that is there; undefined where it is not. */
export type ReadFile = (file: string) => string | undefined;

/**
 * The message that a .proto file describes. Imports are looked for beside the file and in the folders; those of
 * google/protobuf are known. Nothing is evaluated: the file becomes data.
 * @param name with or without its package; may be left out where the file has only one
 */
export function messageFromProto(
  file: string,
  name: string | undefined,
  folders: readonly string[],
  read: ReadFile,
): MessageSchema {
  const root = new protobuf.Root();
  const own = load(root, file, [path.dirname(file), ...folders], read);
  try {
    root.resolveAll();
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  return schemaOf(chosen(root, own, file, name), new Map());
}

function load(root: protobuf.Root, file: string, folders: readonly string[], read: ReadFile): string[] {
  const source = read(file);
  if (source === undefined) throw new UsageError(`cannot read ${file}: no such file or directory`);
  const before = new Set(messagesOf(root));
  const imports = parse(root, source, file);
  const own = messagesOf(root).filter((message) => !before.has(message));
  const seen = new Set<string>();
  const pending = [...imports];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const found = folders.map((folder) => path.join(folder, name as string)).find((place) => read(place) !== undefined);
    if (found !== undefined) pending.push(...parse(root, read(found) as string, found));
    else {
      const known = protobuf.common.get(name);
      if (known === null)
        throw new UsageError(`${file} imports ${name}, which is not there`, "--proto-path says where");
      if (known.nested) root.addJSON(known.nested as Record<string, protobuf.AnyNestedObject>);
    }
  }
  return own.map((message) => message.fullName.slice(1));
}

function parse(root: protobuf.Root, source: string, file: string): string[] {
  try {
    const { imports = [], weakImports = [] } = protobuf.parse(source, root, { keepCase: true });
    return [...imports, ...weakImports];
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

function messagesOf(space: protobuf.NamespaceBase): protobuf.Type[] {
  return space.nestedArray.flatMap((inner) => {
    if (inner instanceof protobuf.Type) return [inner, ...messagesOf(inner)];
    return inner instanceof protobuf.Namespace ? messagesOf(inner) : [];
  });
}

function chosen(root: protobuf.Root, own: readonly string[], file: string, name: string | undefined): protobuf.Type {
  if (name === undefined) {
    const outer = own.filter((one) => !own.some((other) => one.startsWith(`${other}.`)));
    if (outer.length === 1) return root.lookupType(outer[0] as string);
    const hint = outer.length === 0 ? undefined : `--proto-message says which: ${outer.join(", ")}`;
    throw new UsageError(`${file} has ${outer.length === 0 ? "no message" : `${outer.length} messages`}`, hint);
  }
  const all = messagesOf(root);
  const found = all.find(({ fullName }) => fullName === `.${name}`) ?? all.find((type) => type.name === name);
  if (found === undefined) throw new UsageError(`${file} has no message ${name}`, `there are ${own.join(", ")}`);
  return found;
}

function schemaOf(type: protobuf.Type, made: Map<protobuf.Type, MessageSchema>): MessageSchema {
  const before = made.get(type);
  if (before !== undefined) return before;
  const schema = new MessageSchema(
    type.fullName.slice(1),
    type.fieldsArray.map((field) => fieldOf(field, made)),
  );
  made.set(type, schema);
  return schema;
}

function fieldOf(field: protobuf.Field, made: Map<protobuf.Type, MessageSchema>): FieldSchema {
  field.resolve();
  const type = typeOf(field, made);
  return {
    number: field.id,
    name: jsonNameOf(field),
    protoName: field.name,
    type,
    isRepeated: field.repeated,
    isPacked: field.packed,
    mapKey: field instanceof protobuf.MapField ? (field.keyType as Scalar) : undefined,
    isImplicit: !field.hasPresence && !field.repeated,
  };
}

function typeOf(field: protobuf.Field, made: Map<protobuf.Type, MessageSchema>): FieldType {
  const { resolvedType } = field;
  if (resolvedType === null) return { kind: "scalar", scalar: field.type as Scalar };
  if (resolvedType instanceof protobuf.Enum) {
    const numbers = new Map(Object.entries(resolvedType.values));
    const names = new Map<number, string>();
    for (const [name, number] of numbers) if (!names.has(number)) names.set(number, name);
    return { kind: "enum", numbers, names };
  }
  return { kind: "message", message: () => schemaOf(resolvedType, made), isGroup: field.delimited };
}

/** lowerCamelCase, or what json_name says. */
function jsonNameOf(field: protobuf.Field): string {
  const named: unknown = field.options?.["json_name"];
  return typeof named === "string"
    ? named
    : field.name.replace(/_([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
