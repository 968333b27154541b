import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Sweeper, type Swept } from "../../../src/connection/sweep.ts";

const clock = { now: () => performance.now() };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function member(): Swept & { times: number[] } {
  const times: number[] = [];
  return { times, sweep: (now) => times.push(now) };
}

describe("Sweeper", () => {
  test("looks at every member about five times a second, with the time of its clock", () => {
    const sweeper = new Sweeper(clock);
    const members = [member(), member()];
    for (const each of members) {
      sweeper.add(each);
      sweeper.add(each);
    }
    vi.advanceTimersByTime(1001);
    for (const { times } of members) {
      expect(times).toHaveLength(5);
      expect((times[4] as number) - (times[0] as number)).toBe(800);
    }
  });

  test("has no timer while there is nobody to look at", () => {
    const sweeper = new Sweeper(clock);
    const only = member();
    expect(vi.getTimerCount()).toBe(0);
    sweeper.add(only);
    expect(vi.getTimerCount()).toBe(1);
    sweeper.remove(only);
    expect(vi.getTimerCount()).toBe(0);
    sweeper.add(only);
    vi.advanceTimersByTime(201);
    expect(only.times).toHaveLength(1);
  });

  test("members may leave and come while it goes round", () => {
    const sweeper = new Sweeper(clock);
    const later = member();
    const leaver: Swept = {
      sweep: () => {
        sweeper.remove(leaver);
        sweeper.remove(later);
        sweeper.add(member());
      },
    };
    sweeper.add(leaver);
    sweeper.add(later);
    sweeper.sweep();
    sweeper.sweep();
    expect(later.times).toEqual([]);
  });

  test("tells what it missed where it was kept from going round, and what has arrived meanwhile comes first", async () => {
    vi.useRealTimers();
    const sweeper = new Sweeper(clock);
    const happened: string[] = [];
    const server = createServer((socket) => socket.on("data", () => happened.push("arrived"))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    await Promise.all([once(client, "connect"), once(server, "connection")]);
    const missed = new Promise<number>((resolve) => {
      sweeper.add({
        sweep: (_, milliseconds) => {
          happened.push("swept");
          resolve(milliseconds);
        },
      });
    });
    client.write("heard");
    const until = performance.now() + 1000;
    while (performance.now() < until);
    expect(await missed).toBeGreaterThan(700);
    sweeper.stop();
    client.destroy();
    server.close();
    expect(happened).toEqual(["arrived", "swept"]);
  });

  test("where it goes round in time nothing was missed", () => {
    const sweeper = new Sweeper(clock);
    const missed: number[] = [];
    sweeper.add({ sweep: (_, milliseconds) => missed.push(milliseconds) });
    vi.advanceTimersByTime(1001);
    expect(missed).toEqual([0, 0, 0, 0, 0]);
  });

  test("stop ends it", () => {
    const sweeper = new Sweeper(clock);
    const only = member();
    sweeper.add(only);
    sweeper.stop();
    vi.advanceTimersByTime(1001);
    expect(only.times).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
