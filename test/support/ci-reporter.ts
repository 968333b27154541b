import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * In CI nothing may be skipped: what the tests need is installed there, so a skip means that something was not looked at.
 * Ends the output with the counts on a line of their own; the default reporter, listed before, prints its summary first.
 */
export default class CiReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === "passed");
    const skipped = tests.filter((test) => test.result().state === "skipped");
    const outsideOfTests = modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const failed = tests.length - passed.length - skipped.length + outsideOfTests;

    for (const test of skipped)
      console.error(`skipped, so CI fails: ${test.module.relativeModuleId} > ${test.fullName}`);
    if (skipped.length > 0) process.exitCode = 1;
    const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
    console.log(`Tests: ${passed.length} passed, ${failed} failed${rest}`);
  }
}
