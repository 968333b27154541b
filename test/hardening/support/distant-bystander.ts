import { spawn } from "node:child_process";
import path from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished } from "vitest";
import { root } from "../../../src/build/paths.mjs";
import type { WhatItSaw } from "./bystander-process.ts";

const PROGRAM = ["src/build/run-ts.mjs", "test/hardening/support/bystander-process.ts"];

/** A bystander in a process of its own: for runs in which this one is too busy to tell who is late. */
export class DistantBystander {
  private readonly child: ReturnType<typeof spawnBystander>;
  private readonly output = new PassThrough();

  private constructor(child: ReturnType<typeof spawnBystander>) {
    this.child = child;
    child.stdout.pipe(this.output);
  }

  static async start({ host, port }: { readonly host: string; readonly port: number }): Promise<DistantBystander> {
    const child = spawnBystander(host, port);
    onTestFinished(() => {
      child.stdin.end();
      child.kill();
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("readable", resolve);
      child.once("exit", () => reject(new Error("the bystander did not start")));
    });
    return new DistantBystander(child);
  }

  /** Stops: it must have got everything, in order, nothing else, and never waited for `patience` milliseconds. */
  async stop(patience: number): Promise<void> {
    this.child.stdin.end();
    const [ready, saw = "{}"] = (await text(this.output)).split("\n");
    const seen = JSON.parse(saw) as WhatItSaw;
    console.info(`the bystander saw ${saw}`);
    expect(ready).toBe("ready");
    expect(seen.sent).toBeGreaterThan(0);
    expect(seen.inOrder).toBe(seen.sent);
    expect(seen.longestGap).toBeLessThan(patience);
    expect(seen.longestDelay).toBeLessThan(patience);
  }
}

function spawnBystander(host: string, port: number) {
  return spawn(process.execPath, [...PROGRAM, host, `${port}`], {
    cwd: path.resolve(root),
    stdio: ["pipe", "pipe", "inherit"],
  });
}
