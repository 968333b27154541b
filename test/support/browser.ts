import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

/** A page in a browser without a window, and everything it did that a quiet page does not do. */
export interface BrowserPage {
  /** What it asked for, the page itself first. */
  readonly requests: readonly string[];
  /** Errors, warnings, messages on the console, and dialogs. */
  readonly complaints: readonly string[];
  /** The value of an expression in the page; it must be JSON. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Shows the page as to people who like it "light" or "dark". */
  prefer(scheme: "light" | "dark"): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, never>>;
  readonly result?: Readonly<Record<string, never>>;
  readonly error?: { readonly message: string };
}

/** Opens a file in Chromium, by its debugging protocol over two pipes, and waits until it is loaded. */
export async function openInBrowser(chromium: string, file: string): Promise<BrowserPage> {
  const profile = mkdtempSync(path.join(tmpdir(), "mqtk-browser-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"];
  const browser = spawn(chromium, [...flags, "--remote-debugging-pipe", `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    // A group of its own: its helpers, which write into the profile, end with it.
    detached: true,
  });
  const [input, output] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
  const ended = once(browser, "exit");
  onTestFinished(async () => {
    process.kill(-(browser.pid as number), "SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  const requests: string[] = [];
  const complaints: string[] = [];
  const answers = new Map<number, (answer: Answer) => void>();
  let onLoaded = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    onLoaded = resolve;
  });
  const onMessage = ({ id, method, params, ...answer }: Answer): void => {
    if (id !== undefined) answers.get(id)?.(answer);
    if (method === "Network.requestWillBeSent")
      requests.push((params as unknown as { request: { url: string } }).request.url);
    if (method === "Page.loadEventFired") onLoaded();
    if (
      /^(Log\.entryAdded|Runtime\.(consoleAPICalled|exceptionThrown)|Page\.javascriptDialogOpening)$/.test(method ?? "")
    ) {
      complaints.push(`${method} ${JSON.stringify(params)}`);
    }
  };
  let rest = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop() as string;
    for (const message of messages) onMessage(JSON.parse(message) as Answer);
  });

  let session: string | undefined;
  let count = 0;
  const call = async (method: string, params: object = {}): Promise<Readonly<Record<string, never>>> => {
    const id = ++count;
    const answer = new Promise<Answer>((resolve) => answers.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, ...(session && { sessionId: session }) })}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };

  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  session = (await call("Target.attachToTarget", { targetId, flatten: true }))["sessionId"];
  for (const domain of ["Page", "Network", "Log", "Runtime"]) await call(`${domain}.enable`);
  await call("Page.navigate", { url: pathToFileURL(file).href });
  await loaded;
  return {
    requests,
    complaints,
    evaluate: async <Value>(expression: string) => {
      const { result } = await call("Runtime.evaluate", { expression, returnByValue: true });
      return (result as unknown as { value: Value }).value;
    },
    prefer: async (scheme) => {
      await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    },
  };
}
