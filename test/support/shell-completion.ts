import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Asks a real shell, with a completion script loaded, what it offers for each of some lines. */
export type AskShell = (shell: string, script: string, lines: readonly string[]) => Promise<string[][]>;

/** bash: calls the function that is registered for `mqtk` the way readline does. */
export const askBash: AskShell = (bash, script, lines) => {
  const program = `
    source "$1"
    line=$2
    # Words as readline makes them: an equals sign is a word of its own.
    COMP_LINE=$line COMP_POINT=\${#line}
    IFS=' ' read -ra COMP_WORDS <<< "\${line//=/ = }"
    [[ $line == *[\\ =] ]] && COMP_WORDS+=("")
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    function=$(complete -p mqtk | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    "$function" mqtk "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ask = async (line: string): Promise<string[]> =>
    offersIn((await run(bash, ["--norc", "--noprofile", "-c", program, "bash", script, line])).stdout);
  return Promise.all(lines.map(ask));
};

export const askFish: AskShell = (fish, script, lines) => {
  const program = "source $argv[1]; complete -C $argv[2]";
  const ask = async (line: string): Promise<string[]> => {
    const { stdout } = await run(fish, ["--no-config", "-c", program, script, line]);
    return offersIn(stdout.replaceAll(/\t.*$/gm, ""));
  };
  return Promise.all(lines.map(ask));
};

/** zsh completes in its line editor only: types the lines into an interactive zsh and notes what is handed to compadd. */
export const askZsh: AskShell = async (zsh, script, lines) => {
  const folder = await mkdtemp(path.join(tmpdir(), "mqtk-zsh-"));
  const noted = path.join(folder, "offers");
  const typist = path.join(folder, "typist.zsh");
  await writeFile(
    typist,
    `autoload -Uz compinit; compinit -u -D
source ${script}
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- $hits >> ${noted}
  builtin compadd "$@"
}
note-offers() { zle complete-word; print -r -- "=====" >> ${noted}; BUFFER=; print -n TAKEN > /dev/tty }
zle -N note-offers
bindkey '^I' note-offers
print READY`,
  );
  const program = `zmodload zsh/zpty
zpty -b inner ${zsh} -f -i
zpty -w inner "source ${typist}"
zpty -r inner output "*READY*"
for line in "$@"; do
  zpty -n -w inner "$line"$'\\t'
  zpty -r inner output "*TAKEN*"
done`;
  try {
    await run(zsh, ["-f", "-c", program, "zsh", ...lines], { timeout: 15_000 });
    return (await readFile(noted, "utf8")).split("=====\n").slice(0, -1).map(offersIn);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function offersIn(text: string): string[] {
  return [...new Set(text.split("\n").filter((line) => line !== ""))].sort();
}
