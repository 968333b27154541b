import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { isatty } from "node:tty";

/**
 * Waits for the end of its stdin, which comes when this process is no more, and gives the terminal back: the screen at once,
 * the keyboard where it is still as we left it (a shell that people type in has seen to it by then).
 */
const SCRIPT = `exec 3>&1; read -r _; printf %s "$1"; case "$(stty -a <&3)" in *-isig*) stty "$2" <&3;; esac`;

/**
 * What no process can do for itself: the terminal is given back also where this one is killed with SIGKILL. A shell waits
 * for that, in a session of its own, so that neither Ctrl-C nor the end of ours takes it along.
 * @param leave what is written to the terminal then
 * @returns calls it off: the terminal was given back
 */
export function guardScreen(leave: string): () => void {
  if (process.platform === "win32" || !isatty(1)) return () => {};
  const { stdout: before } = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
  const words = ["-c", SCRIPT, "mqtk-screen-guard", leave, (before ?? "").trim()];
  const guard: ChildProcess = spawn("/bin/sh", words, { stdio: ["pipe", "inherit", "ignore"], detached: true });
  guard.on("error", () => {}); // without a shell there is no such guard
  guard.stdin?.on("error", () => {});
  guard.unref();
  (guard.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return () => void guard.kill("SIGKILL");
}
