import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { UsageError } from "../../../../errors.ts";
import { readBoundedFile } from "../../../read-file.ts";
import { suggestion } from "../../../suggest.ts";
import type { Stored } from "../../../values.ts";
import { fileOptions, type ScenarioFile, scenarioFile } from "./definition.ts";
import type { Shape } from "./shape.ts";

/** More than that has nobody written by hand, in bytes. */
const LARGEST = 4 * 1024 * 1024;

/** What a scenario file says. */
export interface ReadScenario {
  readonly file: string;
  /** Options as they would be typed. */
  readonly options: Stored;
  readonly scenario: ScenarioFile;
  /** `load.yaml:3:5`: where the group of that name begins. */
  readonly placeOf: (group: string) => string;
}

/**
 * Reads YAML or JSON, which is YAML, too. Throws UsageError with file, line, column and field for what cannot be meant.
 */
export function readScenario(file: string): ReadScenario {
  return parseScenario(readBoundedFile("--scenario-file", file, LARGEST).toString("utf8"), file);
}

/** The same of a text; `file` is for messages. */
export function parseScenario(source: string, file: string): ReadScenario {
  return new Reader(source, file).read();
}

class Reader {
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #source: string;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
  }

  read(): ReadScenario {
    const document = parseDocument(this.#source, { lineCounter: this.#lines, uniqueKeys: true, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${this.#at(error.pos[0])}: ${error.message}`);
    const root = document.contents as Node | null;
    if (!isMap(root)) throw new UsageError(`${this.#file}: expected fields with their values, such as duration: 10s`);
    const known = fileOptions();
    const options: Record<string, { readonly text: string | readonly string[]; readonly place: string }> = {};
    const own: Pair[] = [];
    const names = [...Object.keys(scenarioFile.kind === "record" ? scenarioFile.fields : {}), ...known.keys()];
    for (const pair of root.items) {
      const name = this.#nameOf(pair);
      const found = known.get(name);
      if (name === "$schema") continue;
      if (found === undefined) own.push(pair);
      else
        options[found.key] = { text: this.#textOf(pair, name, found.option.kind), place: `${this.#of(pair)}: ${name}` };
    }
    const scenario = this.#record(own, scenarioFile, "", root, names) as ScenarioFile;
    const places = new Map<string, string>();
    const groups = root.get("groups");
    if (isSeq(groups)) {
      for (const one of groups.items) if (isMap(one)) places.set(String(one.get("name")), this.#of(one));
    }
    return { file: this.#file, options, scenario, placeOf: (group) => places.get(group) ?? this.#file };
  }

  /** An option as it would be typed: several values of one that is no list stand between commas. */
  #textOf({ key, value }: Pair, name: string, kind: string): string | readonly string[] {
    const nodes = isSeq(value) ? value.items : [value];
    const texts = nodes.map((node) => {
      if (!isScalar(node) || node.value === null) {
        throw new UsageError(
          `${this.#of(node ?? key)}: ${name}: expected ${isSeq(value) ? "values" : "a value or a list"}`,
        );
      }
      if (kind === "flag" && typeof node.value !== "boolean") throw this.#unexpected(node, name, "true or false");
      return textOf(node);
    });
    return kind === "list" ? texts : texts.join(",");
  }

  #value(node: unknown, shape: Shape, path: string, key: unknown): unknown {
    switch (shape.kind) {
      case "scalar": {
        if (!isScalar(node) || node.value === null) throw this.#unexpected(node ?? key, path, shape.type.expected);
        return this.#parsed(node, shape.type, path);
      }
      case "list": {
        if (isSeq(node)) return node.items.map((item, at) => this.#value(item, shape.of, `${path}[${at}]`, key));
        if (shape.isAlsoOne && isScalar(node)) return [this.#value(node, shape.of, path, key)];
        throw this.#unexpected(node ?? key, path, "a list");
      }
      case "record": {
        if (!isMap(node)) throw this.#unexpected(node ?? key, path, "fields with their values");
        return this.#record(node.items, shape, path, node);
      }
      case "map": {
        if (!isMap(node)) throw this.#unexpected(node ?? key, path, `a ${shape.names} and its value`);
        const entries = node.items.map((pair) => {
          const name = this.#nameOf(pair);
          return [name, this.#value(pair.value, shape.of, `${path}.${name}`, pair.key)];
        });
        return Object.fromEntries(entries);
      }
      case "either":
        return this.#value(node, isCollection(node) ? shape.other : shape.scalar, path, key);
    }
  }

  #record(
    pairs: readonly Pair[],
    shape: Shape,
    path: string,
    node: unknown,
    names: readonly string[] = shape.kind === "record" ? Object.keys(shape.fields) : [],
  ): Record<string, unknown> {
    const fields = shape.kind === "record" ? shape.fields : {};
    const values: Record<string, unknown> = {};
    const below = (name: string) => (path === "" ? name : `${path}.${name}`);
    for (const pair of pairs) {
      const name = this.#nameOf(pair);
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) {
        const meant = suggestion(name, names) ?? names.find((one) => one.split("-").includes(name));
        const others = `there are: ${Object.keys(fields).join(", ")}${path === "" ? ", and the options of mqtk bench" : ""}`;
        throw new UsageError(
          `${this.#of(pair.key)}: there is no field ${below(name)}`,
          meant === undefined ? others : `did you mean ${meant}?`,
        );
      }
      values[name] = this.#value(pair.value, field.shape, below(name), pair.key);
    }
    for (const [name, { isRequired }] of Object.entries(fields)) {
      if (isRequired && !(name in values)) throw new UsageError(`${this.#of(node)}: ${below(name)} is missing`);
    }
    return values;
  }

  #parsed(node: Node & { readonly value: unknown }, type: (Shape & { kind: "scalar" })["type"], path: string): unknown {
    const text = textOf(node);
    let value: unknown;
    try {
      value = type.parse(text);
    } catch (error) {
      const { message, hint } = error as UsageError;
      throw new UsageError(`${this.#of(node)}: ${path}: ${message}`, hint);
    }
    if (value === undefined) throw this.#unexpected(node, path, type.expected);
    return value;
  }

  #nameOf({ key }: Pair): string {
    if (isScalar(key) && typeof key.value !== "object") return String(key.value);
    throw new UsageError(`${this.#of(key)}: expected the name of a field`);
  }

  #unexpected(node: unknown, path: string, expected: string): UsageError {
    const shown = isScalar(node) && node.value !== null ? `${path}: ${textOf(node).slice(0, 60)}` : path;
    const { hint } = choicesHint(node, expected);
    return new UsageError(`${this.#of(node)}: ${shown}: expected ${expected}`, hint);
  }

  /** `load.yaml:3:5` */
  #of(node: unknown): string {
    const pair = (node as Partial<Pair>)?.key as { readonly range?: readonly number[] } | undefined;
    const range = (node as { readonly range?: readonly number[] } | undefined)?.range ?? pair?.range;
    return range?.[0] === undefined ? this.#file : this.#at(range[0]);
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#file}:${line}:${col}`;
  }
}

/** As it is written: 3.10 stays that, and 1_000 too. */
function textOf(node: { readonly value: unknown; readonly source?: string | undefined }): string {
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

function choicesHint(node: unknown, expected: string): { readonly hint: string | undefined } {
  const words = [...expected.matchAll(/\b[a-z][\w-]+\b/g)].map(([word]) => word);
  const meant = isScalar(node) && typeof node.value === "string" ? suggestion(node.value, words) : undefined;
  return { hint: meant === undefined || !/^[\w, -]+$/.test(expected) ? undefined : `did you mean ${meant}?` };
}
