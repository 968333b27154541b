import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { PacketClient } from "../../support/packet-client.ts";
import { type BrokerProcess, startBroker } from "../../support/run-mqtk.ts";

export interface Figures {
  readonly connections: number;
  readonly sessions: number;
  readonly subscriptions: number;
  readonly retained: number;
  readonly received: number;
  readonly sent: number;
  /** Bytes of messages that wait, and bytes that wait for the network. */
  readonly kept: number;
  readonly outgoing: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** The built broker in a process of its own, and what can be said of it from outside. */
export class ChildBroker {
  readonly at: { readonly host: string; readonly port: number };
  readonly process: BrokerProcess;

  private constructor(process: BrokerProcess) {
    this.process = process;
    this.at = { host: "127.0.0.1", port: process.port };
  }

  static async start(words: readonly string[] = []): Promise<ChildBroker> {
    return new ChildBroker(await startBroker(words));
  }

  /** Resident memory in bytes; 0 where the system does not tell. */
  get memory(): number {
    try {
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.process.pid}/status`, "utf8")) ?? [];
      return Number(kilobytes ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /** Seconds of processor time that it has used so far. */
  get processorTime(): number {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** What it says of itself when it is asked to (SIGUSR1). */
  async figures(): Promise<Figures> {
    const known = this.process.stderr.length;
    process.kill(this.process.pid, "SIGUSR1");
    const text = () => this.process.stderr.slice(known);
    await this.process.waitFor(/dropped: .*\n/, "stderr");
    while (!/dropped: .*\n/.test(text())) await new Promise((resolve) => setTimeout(resolve, 5));
    const number = (pattern: RegExp): number => Number(pattern.exec(text())?.[1] ?? 0);
    return {
      connections: number(/(\d+) connections/),
      sessions: number(/(\d+) sessions/),
      subscriptions: number(/(\d+) subscriptions/),
      retained: number(/(\d+) retained/),
      received: number(/received (\d+) messages/),
      sent: number(/sent (\d+)/),
      kept: number(/waiting: (\d+) B/),
      outgoing: number(/(\d+) B for the network/),
      dropped: Object.fromEntries(
        [...(/dropped: (.*)/.exec(text())?.[1] ?? "").matchAll(/(\d+) ([a-z-]+)/g)].map(([, count, reason]) => [
          reason,
          Number(count),
        ]),
      ),
    };
  }

  /** Resolves when its figures are so. */
  async until(condition: (figures: Figures) => boolean): Promise<Figures> {
    for (;;) {
      const figures = await this.figures();
      if (condition(figures)) return figures;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** It lives, lets somebody in within a second, and has met nothing that it did not expect. */
  async check(): Promise<void> {
    const started = performance.now();
    const client = await PacketClient.connect(this.at);
    expect(client.connack?.reasonCode).toBe(0);
    expect(performance.now() - started).toBeLessThan(1000);
    await client.disconnect();
    expect(this.process.stderr).not.toMatch(/internal error|uncaught|unhandled|Error:/i);
    expect(this.process.child.exitCode).toBe(null);
  }
}
