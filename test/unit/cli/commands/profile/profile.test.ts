import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type ConnectPacket, PacketType } from "../../../../../src/codec/index.ts";
import { mqtk, temporaryFolder } from "../../../../support/in-process.ts";
import { type ScriptedServer, startScriptedServer } from "../../../../support/scripted-server.ts";

/** Where profiles are, for one test. */
function home() {
  const folder = temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder };
  const profiles = path.join(folder, "mqtk", "profiles");
  const fileOf = (name: string): string => path.join(profiles, `${name}.toml`);
  return {
    env,
    profiles,
    fileOf,
    /** A profile that somebody wrote by hand. */
    write: (name: string, text: string, mode = 0o600): string => {
      mkdirSync(profiles, { recursive: true });
      writeFileSync(fileOf(name), text);
      chmodSync(fileOf(name), mode);
      return fileOf(name);
    },
    profile: (...words: string[]) => mqtk(["profile", ...words], { env }),
  };
}

const acknowledging = (): Promise<ScriptedServer> => startScriptedServer(() => {});
const connectOf = ({ packets }: ScriptedServer): ConnectPacket => packets[0] as ConnectPacket;

describe("mqtk profile", () => {
  test("add keeps what was typed, for its owner alone; show and list show it without secrets", async () => {
    const { env, profile, fileOf, profiles } = home();
    const words = ["-h", "broker.plant", "-p", "8884", "-u", "ann", "-P", "s3cret", "--cafile", "ca.pem", "-c"];
    const more = [
      "-D",
      "connect",
      "user-property",
      "a b",
      "c",
      "--ws-header",
      "X-Key: s3cret",
      "--connect-timeout",
      "5s",
    ];
    // What the environment says is for each run, and not for the profile.
    const added = await mqtk(["profile", "add", "plant", ...words, ...more], { env: { ...env, MQTK_ID: "env" } });
    expect(added).toEqual({
      code: 0,
      stdout: `${fileOf("plant")}\n`,
      stderr: "mqtk: the file holds password and ws-header as plain text; only you can read it (0600)\n",
    });
    expect(readFileSync(fileOf("plant"), "utf8")).toBe(`# mqtk --profile plant: options by their long names
host = "broker.plant"
port = 8884
username = "ann"
password = "s3cret"
cafile = "${path.resolve("ca.pem")}"
disable-clean-session = true
property = [ [ "connect", "user-property", "a b", "c" ] ]
ws-header = [ "X-Key: s3cret" ]
connect-timeout = "5s"
`);
    expect(statSync(fileOf("plant")).mode & 0o777).toBe(0o600);
    expect(statSync(profiles).mode & 0o777).toBe(0o700);
    expect(readdirSync(profiles)).toEqual(["plant.toml"]);

    const shown = await profile("show", "plant");
    expect(shown.stdout).toBe(readFileSync(fileOf("plant"), "utf8").replaceAll("s3cret", "***"));
    expect(await profile("list")).toEqual({
      code: 0,
      stdout: "plant  mqtts://broker.plant:8884 as ann\n",
      stderr: "",
    });
    const json = JSON.parse((await profile("show", "plant", "--json")).stdout);
    expect(json.options).toMatchObject({ port: 8884, "disable-clean-session": true, password: "***" });
    expect(JSON.parse((await profile("list", "--json")).stdout)).toMatchObject([
      { name: "plant", broker: "mqtts://broker.plant:8884", options: { username: "ann" } },
    ]);
  });

  test("add replaces nothing without --force, and follows a link with it", async () => {
    const { profile, fileOf, write } = home();
    const elsewhere = path.join(temporaryFolder(), "plant.toml");
    await profile("add", "plant", "-h", "a");
    expect(await profile("add", "plant", "-h", "b")).toMatchObject({
      code: 2,
      stderr: `mqtk: profile plant is there already (${fileOf("plant")})\n      take another name, or say --force\n`,
    });
    expect(await profile("add", "plant", "-h", "b", "--force")).toMatchObject({ code: 0 });
    expect((await profile("list")).stdout).toBe("plant  mqtt://b:1883\n");
    write("linked", "");
    writeFileSync(elsewhere, 'host = "x"\n', { mode: 0o600 });
    symlinkSync(elsewhere, fileOf("link"));
    expect(await profile("add", "link", "-h", "y", "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(elsewhere, "utf8")).toContain('host = "y"');
  });

  test("add --store-password keeps the password itself", async () => {
    const { profile, fileOf } = home();
    const secret = path.join(temporaryFolder(), "secret");
    writeFileSync(secret, 'with "quotes" and \\\nmore\n');
    expect(
      await profile("add", "plant", "-h", "a", "-u", "me", "--password-file", secret, "--store-password"),
    ).toMatchObject({
      code: 0,
    });
    expect(readFileSync(fileOf("plant"), "utf8")).toContain(String.raw`password = "with \"quotes\" and \\"`);
    expect(readFileSync(fileOf("plant"), "utf8")).not.toContain("password-file");
  });

  test("remove", async () => {
    const { profile, fileOf, write } = home();
    write("broken", "= = =");
    expect(await profile("remove", "broken")).toEqual({
      code: 0,
      stdout: "",
      stderr: `mqtk: removed ${fileOf("broken")}\n`,
    });
    expect(existsSync(fileOf("broken"))).toBe(false);
    expect(await profile("list")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "mqtk: there are no profiles; mqtk profile add NAME --host HOST makes one\n",
    });
  });

  test("list shows the others where one is broken", async () => {
    const { profile, write } = home();
    write("good", 'url = "mqtts://u:p@h"');
    const file = write("bad", "host = ");
    const { code, stdout, stderr } = await profile("list");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "bad\ngood  mqtts://h:8883 as u\n" });
    expect(stderr).toMatch(`mqtk: warning: ${file}:1: this is no TOML`);
  });

  test.each([
    [[], "<action> is missing: expected add, list, show or remove"],
    [["plant"], "plant: expected add, list, show or remove"],
    [["show"], "mqtk profile show needs a name"],
    [["show", "plant"], "there is no profile plant"],
    [["remove", "plant"], "there is no profile plant"],
    [["list", "plant"], "plant was not expected here"],
    [
      ["add", "../plant", "-h", "a"],
      "../plant: expected the name of a profile: letters, digits, . _ and -, at most 64",
    ],
    [["add", "plant"], "there is nothing to keep"],
    [["add", "plant", "-h", "a", "--unix", "s"], "--unix and --host, --port or --url name different brokers"],
    [["add", "plant", "-h", "a", "--password-fd", "3"], "--password-fd is of one run only"],
    [["add", "plant", "-h", "a", "-p", "0"], "--port 0: expected a whole number from 1 to 65535"],
    [["add", "plant", "-t", "x"], "unknown option -t"],
  ])("%j: %s", async (words, message) => {
    const { profile } = home();
    const { code, stderr } = await profile(...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`mqtk: ${message}`) });
  });
});

describe("--profile", () => {
  test("gives what is not given otherwise: flag before environment before profile before default", async () => {
    const { env, write } = home();
    const server = await acknowledging();
    write(
      "plant",
      `host = "127.0.0.1"\nport = ${server.port}\nid = "of-profile"\nusername = "ann"\npassword = "of-profile"
will-topic = "gone"\nkeepalive = 7\nproperty = ["connect receive-maximum 9", ["connect", "user-property", "a b", "c"]]\n`,
    );
    const words = ["pub", "-t", "a", "-m", "x"];
    await mqtk([...words, "--profile", "plant", "-i", "of-flag"], {
      env: { ...env, MQTK_KEEPALIVE: "8", MQTK_ID: "e" },
    });
    expect(connectOf(server)).toMatchObject({
      clientId: "of-flag",
      keepAlive: 8,
      userName: "ann",
      password: Buffer.from("of-profile"),
      properties: { receiveMaximum: 9, userProperties: [["a b", "c"]] },
      will: { topic: "gone" },
    });
  });

  test.each([
    ["MQTK_PROFILE names it", [], { MQTK_PROFILE: "plant" }, { userName: "ann", password: "of-profile" }],
    ["the flag stands for the variable", ["--profile", "plant"], { MQTK_PROFILE: "no" }, { userName: "ann" }],
    ["a password from elsewhere stands for its own", ["--password-command", "echo run"], {}, { password: "run" }],
    ["one in the environment, too", [], { MQTK_PASSWORD: "env" }, { password: "env" }],
    [
      "the user and password of a URL, too",
      ["-L", "mqtt://bob:typed@127.0.0.1"],
      {},
      { userName: "bob", password: "typed" },
    ],
  ])("%s", async (_name, words, more, expected) => {
    const { env, write } = home();
    const server = await acknowledging();
    write("plant", `host = "127.0.0.1"\nport = ${server.port}\nusername = "ann"\npassword = "of-profile"\n`);
    const line = ["pub", "-t", "a", "-m", "x", "--profile", "plant", "-p", String(server.port), ...words];
    if ("MQTK_PROFILE" in more) line.splice(line.indexOf("--profile"), words.length > 0 ? 0 : 2);
    expect(await mqtk(line, { env: { ...env, ...more } })).toMatchObject({ code: 0, stderr: "" });
    const { userName, password } = connectOf(server);
    expect({ userName, password: Buffer.from(password ?? []).toString() }).toMatchObject(expected);
  });

  test("sub, rr and bench know it as well; what they have no use for is said", async () => {
    const { env, write } = home();
    const server = await startScriptedServer((packet, { send }) => {
      if (packet.type !== PacketType.SUBSCRIBE) return;
      send({ type: PacketType.SUBACK, packetId: packet.packetId, reasonCodes: [0x87], properties: {} });
    });
    write(
      "plant",
      `host = "127.0.0.1"\nport = ${server.port}\nusername = "ann"\npassword-command = "echo pw"\nid-prefix = "me"\n`,
    );
    const options = { env: { ...env, MQTK_PROFILE: "plant" } };
    expect(await mqtk(["sub", "-t", "a"], options)).toMatchObject({ code: 4 });
    expect(await mqtk(["rr", "-t", "a", "-n"], options)).toMatchObject({ code: 4 });
    const plan = await mqtk(["bench", "--dry-run"], options);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      targets: [{ address: { port: server.port } }],
      connection: { userName: "ann" },
    });
    expect(plan.stderr).toBe("mqtk: warning: bench does not use id-prefix of profile plant\n");
    const other = await mqtk(["bench", "--dry-run", "mqtt://elsewhere", "-P", "other", "--quiet"], options);
    expect(JSON.parse(other.stdout)).toMatchObject({ targets: [{ address: { host: "elsewhere", port: 1883 } }] });
    expect(other.stderr).toBe("");
    const connects = server.packets.filter((packet): packet is ConnectPacket => packet.type === PacketType.CONNECT);
    expect(connects.map(({ userName, password }) => `${userName} ${Buffer.from(password ?? [])}`)).toEqual([
      "ann pw",
      "ann pw",
    ]);
  });

  test("files are named from where the profile is, or from home", async () => {
    const { env, write, profiles } = home();
    write("here", 'cafile = "ca.pem"\n');
    const { stderr } = await mqtk(["pub", "--profile", "here", "-t", "a", "-m", "x"], { env });
    expect(stderr).toContain(`--cafile: cannot read ${path.join(profiles, "ca.pem")}: no such file`);
    write("home", 'cafile = "~/ca-that-is-not-there.pem"\n');
    const { stderr: ofHome } = await mqtk(["pub", "--profile", "home", "-t", "a", "-m", "x"], { env });
    expect(ofHome).toMatch(/cannot read \/.*\/ca-that-is-not-there\.pem/);
    expect(ofHome).not.toContain("~");
  });

  test.each([
    ['port = 99999\nhost = "a"', "1: port 99999: expected a whole number from 1 to 65535"],
    ['# of the plant\n\nhost = "a"\nprot = 1', "4: prot: no option that a profile can hold\n      did you mean port?"],
    ['host = "a"\nport = [\n 1,\n 2\n]\nid = "x"', "2: port: expected a text in quotes, a number, true or false"],
    ['note = """\nport = 1\n"""\n', "1: note: no option"],
    ['password = "s3cret\nhost = "a"', "1: this is no TOML: "],
    ["insecure = maybe", "1: this is no TOML: "],
    ['insecure = "maybe"', "1: insecure maybe: expected 1, true, yes, on or 0, false, no, off"],
    ['psk = "s3cret"', "1: psk: expected a key in hexadecimal digits"],
    ['url = "mqtt://ann:s3cret@h:0"', "1: url: mqtt://h:0: 0 is not a port"],
    ['[plant]\nhost = "a"', "1: plant: no option"],
    ["password-fd = 3", "1: password-fd: an open file is of one run only"],
    ['topic = "a"', "1: topic: no option"],
    ["host = 2026-01-01", "1: host: expected a text in quotes"],
  ])("an error names file, line and field, and no secret: %j", async (text, message) => {
    const { env, write } = home();
    const file = write("plant", text);
    const { code, stderr } = await mqtk(["pub", "--profile", "plant", "-t", "a", "-m", "x"], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`mqtk: ${file}:${message}`) });
    expect(stderr).not.toContain("s3cret");
  });

  test.each([
    [0o644, 'host = "127.0.0.1"\nport = 1', 3, "warning: FILE: others may read it; chmod 600 keeps it to yourself"],
    [0o640, 'host = "a"\npassword = "p"', 2, "FILE:2: password: others may read it\n      chmod 600 FILE"],
    [0o604, 'url = "mqtt://u:p@a"', 2, "FILE:1: url: others may read it"],
    [0o604, 'proxy = "http://u:p@a"', 2, "FILE:1: proxy: others may read it"],
    [0o620, 'host = "a"', 2, "FILE: others may write to it\n      chmod 600 FILE"],
    [0o602, 'host = "a"', 2, "FILE: others may write to it"],
  ])("a file with mode %o that holds %j: exit code %i", async (mode, text, code, message) => {
    const { env, write } = home();
    const file = write("plant", text, mode);
    const ended = await mqtk(["pub", "--profile", "plant", "-t", "a", "-m", "x"], { env });
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(`mqtk: ${message.replaceAll("FILE", file)}`) });
  });

  test.each([
    ["plnat", "did you mean plant?"],
    ["xyz", "there are: plant"],
    ["a/b", undefined],
    ["", undefined],
  ])("one that is not there: %j", async (name, hint) => {
    const { env, write, fileOf } = home();
    write("plant", 'host = "a"');
    const { code, stderr } = await mqtk(["pub", "--profile", name, "-t", "a", "-m", "x"], { env });
    expect(code).toBe(2);
    expect(stderr).toBe(
      hint === undefined
        ? `mqtk: profile ${name === "" ? "''" : name}: expected the name of a profile: letters, digits, . _ and -, at most 64\n`
        : `mqtk: there is no profile ${name} (${fileOf(name)})\n      ${hint}\n`,
    );
  });
});

describe("the secrets of a profile are for the broker that it names", () => {
  const named = 'host = "127.0.0.1"\nusername = "ann"\npassword = "s3cret"\n';
  const hint = "      say who you are there (-u and --ask-password, -P, …), or leave the profile out\n";
  const pub = ["pub", "-t", "a", "-m", "x", "--profile", "plant"];

  test.each([
    ["-h", named, ["-h", "localhost"], {}, "its password is for 127.0.0.1, and this is localhost"],
    ["MQTK_HOST", named, [], { MQTK_HOST: "localhost" }, "its password is for 127.0.0.1, and this is localhost"],
    ["a URL", named, ["-L", "mqtt://ann@localhost"], {}, "its password is for 127.0.0.1, and this is localhost"],
    ["a socket", named, ["--unix", "/s"], {}, "its password is for 127.0.0.1, and this is unix:/s"],
    [
      "what tells the password",
      'host = "127.0.0.1"\npassword-command = "false"\n',
      ["-h", "localhost"],
      {},
      "its password-command is for 127.0.0.1, and this is localhost",
    ],
    [
      "authentication data",
      'host = "127.0.0.1"\nproperty = ["connect authentication-data s3cret"]\n',
      ["-h", "localhost"],
      {},
      "its property is for 127.0.0.1, and this is localhost",
    ],
    [
      "without TLS",
      'url = "mqtts://127.0.0.1"\nusername = "ann"\npassword = "s3cret"\n',
      ["-h", "127.0.0.1"],
      {},
      "its password is for a connection with TLS, and this has none",
    ],
  ])("%s", async (_name, text, words, environment, message) => {
    const { env, write } = home();
    write("plant", text);
    expect(await mqtk([...pub, ...words], { env: { ...env, ...environment } })).toEqual({
      code: 2,
      stdout: "",
      stderr: `mqtk: profile plant: ${message}\n${hint}`,
    });
  });

  test("another port, another password, or a profile without a broker: nothing to object to", async () => {
    const { env, write } = home();
    const server = await acknowledging();
    const at = ["-p", `${server.port}`];
    write("plant", named);
    expect(await mqtk([...pub, ...at], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(connectOf(server).password?.toString()).toBe("s3cret");
    const own = ["-u", "bob", "-P", "other", "-h", "localhost"];
    expect(await mqtk([...pub, ...at, ...own], { env })).toMatchObject({ code: 0 });
    write("plant", 'username = "ann"\npassword = "s3cret"\n');
    expect(await mqtk([...pub, ...at, "-h", "localhost"], { env })).toMatchObject({ code: 0, stderr: "" });
  });

  test("bench: another broker, or several", async () => {
    const { env, write } = home();
    write("plant", named);
    for (const [words, other] of [
      [["mqtt://localhost"], "this is localhost"],
      [["--target", "a=mqtt://127.0.0.1"], "there are other brokers"],
    ] as const) {
      const { code, stderr } = await mqtk(["bench", "--profile", "plant", ...words], { env });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `mqtk: profile plant: its password is for 127.0.0.1, and ${other}\n${hint}`,
      });
    }
  });
});

test("what the environment says of brokers is nothing to mqtk profile", async () => {
  const { env, profile } = home();
  await profile("add", "plant", "-h", "broker.plant");
  const broken = { ...env, MQTK_PORT: "abc", MQTK_QOS: "9" };
  expect(await mqtk(["profile", "list"], { env: broken })).toEqual({
    code: 0,
    stdout: "plant  mqtt://broker.plant:1883\n",
    stderr: "",
  });
});
