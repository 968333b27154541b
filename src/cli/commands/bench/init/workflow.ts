export interface WorkflowWish {
  /** Builds the broker in its checkout. */
  readonly build: string;
  /** Starts it there; `{port}` stands for the port. */
  readonly start: string;
  readonly thresholds: readonly string[];
}

/**
 * A workflow that measures a pull request and its base in turns, in one job on one machine: numbers of two jobs differ by
 * more than most changes do. Commands stand in the environment, where no shell reads them before mqtk does.
 */
export function workflow({ build, start, thresholds }: WorkflowWish): string {
  const expectations = thresholds.map((one) => `            --threshold ${shellQuoted(one)} \\\n`).join("");
  return `# Is a pull request slower than its base? Both are built and measured in turns in one job, because numbers of two
# machines differ by more than most changes do. Written by mqtk bench init ci.
name: MQTT benchmark

on:
  pull_request:

permissions:
  contents: read

concurrency:
  group: mqtk-bench-\${{ github.ref }}
  cancel-in-progress: true

env:
  BASE: \${{ github.event.pull_request.base.sha }}
  # How the broker is built, in a checkout of it.
  BUILD: ${yamlQuoted(build)}
  # How it is started there, in the foreground; {port} stands for a free port.
  START: ${yamlQuoted(start)}

jobs:
  bench:
    runs-on: ubuntu-latest
    timeout-minutes: 45
    steps:
      - uses: actions/checkout@v4
        with:
          # With its history, in which the base is.
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - name: Build the base and the pull request, and measure both in turns
        # 0: not slower. 98: slower. 99: a threshold is breached. 6: messages were lost or duplicated.
        run: |
          npx --yes mqtk@${MQTK_VERSION} bench \\
            --base-ref "$BASE" --build "$BUILD" --start "$START" \\
            --qos 0,1 --size 64 --rate 2k --rounds 10 --duration 5s \\
${expectations}            --report bench/result.json,bench/report.html,bench/junit.xml
      - name: Keep the report
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: mqtk-bench
          path: bench/
          if-no-files-found: ignore
`;
}

/** A scalar between double quotes, which have escapes for everything. */
function yamlQuoted(text: string): string {
  return JSON.stringify(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
