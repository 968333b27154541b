import path from "node:path";
import protobuf from "protobufjs";
import { UsageError } from "../../errors.ts";

/** Reads a file that is there; undefined where it is not. */
export type ReadFile = (file: string) => string | undefined;

/**
 * The message that a .proto file describes. Imports are looked for beside the file and in the folders; those of
 * google/protobuf are known.
 * @param name with or without its package; may be left out where the file has only one
 */
export function messageFromProto(
  file: string,
  name: string | undefined,
  folders: readonly string[],
  read: ReadFile,
): protobuf.Type {
  const root = new protobuf.Root();
  const own = load(root, file, [path.dirname(file), ...folders], read);
  try {
    root.resolveAll();
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  return chosen(root, own, file, name);
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
    const { imports = [], weakImports = [] } = protobuf.parse(source, root);
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
