import type { BenchResult } from "../../src/bench/index.ts";
import { benchResult, countsOf } from "./bench-results.ts";

/** Names that act as something in one of the forms of a report (RI-01 to RI-04). */
export const HOSTILE = [
  `<img src=x onerror=alert(1)>`,
  `</script><script>alert(1)</script>`,
  `"><svg onload=alert(1)>`,
  `javascript:alert(1)`,
  "=cmd|'/c calc'!A1",
  "+1",
  "-1",
  "@x",
  "\tTAB",
  "\rCR",
  "a|b`c``d",
  "[x](javascript:alert(1)) ![](http://track.example/x) <details> @org/team",
  "::error::gotcha",
  "\n::set-output name=x::y",
  "##[error]gotcha",
  "]]>&<\u0000\u001b]0;pwn\u0007\ud800\uffff",
  "\u202egnp.exe\u200b",
  "__proto__",
  "x,Tag=y 1\n2",
];

/** A result in which everything that somebody may name has a hostile name. */
export function hostileResult(): BenchResult {
  const result = benchResult({
    targets: HOSTILE,
    rounds: 2,
    cells: HOSTILE.slice(0, 1).map((id) => ({ id, scenario: id })),
    loops: ["closed", "open"],
    sample: ({ round }) => ({
      ...(round === 1 && { counts: countsOf({ lost: 1 }), flags: ["noisy"] }),
      slices: HOSTILE.map((name) => ({
        ...{ group: name, direction: "received", stage: name, clients: 1, qos: 1, payloadSize: null, loop: "open" },
        ...{ seconds: 1, offeredRate: null, sentPerSecond: 1, receivedPerSecond: 1 },
        ...{ latency: null, serviceLatency: null, sendLag: null, counts: countsOf({ lost: 1 }) },
      })),
    }),
  });
  return {
    ...result,
    ...{ run: HOSTILE[0] as string, environment: { ...result.environment, cpu: HOSTILE[1] as string, os: "a\nb" } },
    targets: result.targets.map((target) => ({ ...target, command: target.name, software: target.name })),
  };
}
