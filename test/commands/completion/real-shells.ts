/** Presses a key in the real shells, on a terminal that `script` of util-linux provides, to see what they complete. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from '#src/commands/completion/shells.js';

const TIMEOUT_MS = 60_000;

/** Why a shell's tests are skipped; false if it is there. */
export function missing(shell: Shell): string | false {
  const programs = shell === 'fish' ? ['fish'] : [shell, 'script'];
  const lacking = programs.find((program) => spawnSync(program, ['--version']).error !== undefined);
  return lacking !== undefined && `this machine has no ${lacking}`;
}

/**
 * All that the shell completes the last word of each line with, sorted; the word itself if there is nothing. It works
 * in the folder, and keeps its own files beside it.
 */
export function completions(shell: Shell, script: string, lines: readonly string[], folder: string): string[][] {
  writeFileSync(join(folder, '../_fleetgen'), script);
  return (shell === 'fish' ? inFish : onTerminal(shell))(lines, folder);
}

type Complete = (lines: readonly string[], folder: string) => string[][];

const inFish: Complete = (lines, folder) => {
  const source = 'source ../_fleetgen; for line in $argv; complete -C "$line"; echo; end';
  const { stdout } = spawnSync('fish', ['--no-config', '-c', source, ...lines], {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  // Each with its description after a tab.
  const found = stdout.split('\n\n').map((each) => each.split('\n').map((line) => line.split('\t')[0]!));
  return lines.map((line, i) => sorted(found[i]?.filter((each) => each !== '') ?? [], line));
};

/** The key that inserts all completions, and what is run before. */
const TERMINALS = {
  bash: { command: 'bash --norc --noprofile -i', key: '\x1b*', setup: '. ../_fleetgen' },
  zsh: {
    command: 'zsh -f -i',
    key: '\x14',
    setup: `fpath=($PWD/.. $fpath)
autoload -Uz compinit; compinit -u -D
all() { _main_complete; compstate[insert]=all }
zle -C all complete-word all
bindkey '^T' all`,
  },
};

function onTerminal(shell: 'bash' | 'zsh'): Complete {
  const { command, key, setup } = TERMINALS[shell];
  return (lines, folder) => {
    const own = join(folder, '..');
    writeFileSync(join(own, 'setup'), `${setup}\nfleetgen() { printf '%s\\n' "$@" '' >> ../out; }\n`);
    const keys = ['. ../setup', ...lines.map((line) => `${line}${key}`), 'exit', ''].join('\n');
    spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      input: keys,
      env: { ...process.env, TERM: 'xterm', ZDOTDIR: own },
      timeout: TIMEOUT_MS,
    });
    const found = readFileSync(join(own, 'out'), 'utf8').split('\n\n');
    return lines.map((line, i) => {
      const before = line.split(' ').length - 2;
      return sorted((found[i] ?? '').split('\n').slice(before), line);
    });
  };
}

/** The three shells order, quote and mark folders differently. */
function sorted(found: readonly string[], line: string): string[] {
  const given = line.split(' ').at(-1)!;
  const flag = /^--[a-z-]+=/.exec(given)?.[0] ?? '';
  const words = found.map((each) => each.replace(/\/$/, '').replace(flag, ''));
  return words.filter((each) => each !== '').sort();
}
