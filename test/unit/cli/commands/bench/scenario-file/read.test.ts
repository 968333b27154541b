import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { benchDefinition } from "../../../../../../src/cli/commands/bench/definition.ts";
import { examples } from "../../../../../../src/cli/commands/bench/init/examples.ts";
import { fileOptions } from "../../../../../../src/cli/commands/bench/scenario-file/definition.ts";
import { schemaText } from "../../../../../../src/cli/commands/bench/scenario-file/json-schema.ts";
import { parseScenario } from "../../../../../../src/cli/commands/bench/scenario-file/read.ts";

const sensors = "groups:\n  - name: sensors\n    clients: 2\n    publish: { topic: 'a/{{i}}', rate: 2k }\n";

describe("what a file says", () => {
  test("options as they would be typed, groups and stages as they are meant", () => {
    const { options, scenario, placeOf } = parseScenario(
      `$schema: x.json\nname: plant\nqos: [0, 1]\nstrict: true\nthreshold: [loss=0, 'latency.p99<1s']\nduration: 10s\n${sensors}`,
      "load.yaml",
    );
    expect(options).toEqual({
      qos: { text: "0,1", place: "load.yaml:3:1: qos" },
      strict: { text: "true", place: "load.yaml:4:1: strict" },
      threshold: { text: ["loss=0", "latency.p99<1s"], place: "load.yaml:5:1: threshold" },
      duration: { text: "10s", place: "load.yaml:6:1: duration" },
    });
    expect(scenario).toEqual({
      name: "plant",
      groups: [{ name: "sensors", clients: 2, publish: { topic: "a/{{i}}", rate: 2000 } }],
    });
    expect(placeOf("sensors")).toBe("load.yaml:8:5");
  });

  test("JSON is read as well, and times and rates in all their forms", () => {
    const file = {
      groups: [{ name: "a", clients: 1, publish: { topic: "t", think: "1s-2s" }, subscribe: { filters: "t" } }],
      stages: [
        { name: "one", duration: 2, rate: "0%→150%" },
        { name: "two", duration: "500ms", rate: { a: "0-2k" }, measured: false },
      ],
    };
    expect(parseScenario(JSON.stringify(file), "load.json").scenario).toMatchObject({
      groups: [{ publish: { think: { from: 1000, to: 2000 } }, subscribe: { filters: ["t"] } }],
      stages: [
        { duration: 2000, rate: { isShare: true, from: 0, to: 1.5 } },
        { duration: 500, rate: { a: { isShare: false, from: 0, to: 2000 } }, measured: false },
      ],
    });
  });

  test("every option of the command may stand in it, but for those about results and this file", () => {
    const all = benchDefinition.groups.flatMap(({ options }) => Object.keys(options));
    const known = new Set([...fileOptions().values()].map(({ key }) => key));
    expect(all.filter((name) => !known.has(name)).sort()).toEqual(
      ["color", "dryRun", "json", "password", "passwordFile", "profile", "quiet", "report", "scenarioFile"].sort(),
    );
  });
});

describe("what cannot be meant is told with its place", () => {
  test.each([
    ["qos: 1\nthresold: loss=0\n", "load.yaml:2:1: there is no field thresold", "did you mean threshold?"],
    ["version: 5\n", "load.yaml:1:1: there is no field version", "did you mean mqtt-version?"],
    [
      "groups:\n  - name: a\n    client: 3\n",
      "load.yaml:3:5: there is no field groups[0].client",
      "did you mean clients?",
    ],
    ["groups:\n  - name: a\n", "load.yaml:2:5: groups[0].clients is missing", undefined],
    ["groups: 7\n", "load.yaml:1:9: groups: 7: expected a list", undefined],
    ["groups:\n", "load.yaml:1:8: groups: expected a list", undefined],
    [
      "groups:\n  - name: a\n    clients: many\n",
      "load.yaml:3:14: groups[0].clients: many: expected a whole number from 1 to 1000000",
      undefined,
    ],
    [
      "groups:\n  - name: a\n    clients: 1\n    publish: { topic: t, rate: fast }\n",
      "load.yaml:4:32: groups[0].publish.rate: fast: expected messages per second, such as 500, 20k or 1.5M",
      undefined,
    ],
    [
      "groups:\n  - name: a\n    clients: 1\n    clean-start: yes please\n",
      "load.yaml:4:18: groups[0].clean-start: yes please: expected true or false",
      undefined,
    ],
    [
      "stages:\n  - { name: x, duration: 1s, rate: [1] }\n",
      "load.yaml:2:36: stages[0].rate: expected a group",
      undefined,
    ],
    ["qos: {}\n", "load.yaml:1:6: qos: expected a value or a list", undefined],
    ["- 1\n", "load.yaml: expected fields with their values, such as duration: 10s", undefined],
    ["", "load.yaml: expected fields with their values, such as duration: 10s", undefined],
    ["qos: 1\nqos: 2\n", "load.yaml:2:1: Map keys must be unique", undefined],
    ["a: [\n", /^load\.yaml:2:1: /, undefined],
    ["? [a]\n: 1\n", "load.yaml:1:3: expected the name of a field", undefined],
  ])("%j", (source, message, hint) => {
    let error: unknown;
    try {
      parseScenario(source, "load.yaml");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: "usage",
      message: typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message),
      ...(hint !== undefined && { hint }),
    });
  });

  test("a file that grows when it is read is refused", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (const [name, before] of [..."bcdefghi"].map((one, at) => [one, "abcdefgh"[at]] as const)) {
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`);
    }
    expect(() => parseScenario(bomb.join("\n"), "load.yaml")).toThrow("load.yaml:1:1: there is no field a");
    expect(() => parseScenario("qos: &x [1]\nsize: *x\n", "load.yaml")).toThrow(
      "load.yaml:2:7: size: expected a value",
    );
  });
});

describe("the JSON Schema", () => {
  const validate = new Ajv({ allowUnionTypes: true, strict: true, strictTypes: false }).compile(
    JSON.parse(schemaText()),
  );

  test.each(Object.entries(examples))("takes the example %s, as the reader does", (_, source) => {
    expect([validate(parse(source)), validate.errors]).toEqual([true, null]);
    expect(() => parseScenario(source, "example.yaml")).not.toThrow();
  });

  test.each([
    { thresold: "loss=0" },
    { groups: [{ name: "a" }] },
    { groups: [{ name: "a", clients: 1, client: 2 }] },
    { groups: [{ name: "a", clients: 1, publish: { rate: 1 } }] },
    { groups: [{ name: "a", clients: 1, "clean-start": "yes" }] },
    { stages: [{ name: "a", duration: [1] }] },
    { strict: "sure" },
    { groups: {} },
  ])("refuses %j, as the reader does", (file) => {
    expect(validate(file)).toBe(false);
    expect(() => parseScenario(JSON.stringify(file), "load.json")).toThrow();
  });

  test("every field says what it is for", () => {
    const without: string[] = [];
    interface Described {
      readonly description?: string;
      readonly properties?: Readonly<Record<string, Described>>;
      readonly items?: Described;
    }
    const look = (schema: Described, path: string) => {
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (name !== "$schema" && !field.description) without.push(`${path}.${name}`);
        look(field, `${path}.${name}`);
        look(field.items ?? {}, `${path}.${name}[]`);
      }
    };
    look(JSON.parse(schemaText()), "");
    expect(without).toEqual([]);
  });
});
