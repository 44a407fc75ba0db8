/** The completion script for bash, from 3.2 on. File names are left to readline where only they can follow. */
import type { Values } from '../flags/flags.js';
import type { Command } from './catalogue.js';
import { quoted } from './shells.js';

const LINE = 100;

/** Ends with a line feed. */
export function bashScript(commands: readonly Command[], version: string): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  const values = new Map<string, string[]>();
  for (const { path, flags } of commands) {
    for (const { names, value } of flags) {
      if (value === undefined) continue;
      const action = assignments(value);
      values.set(action, [...(values.get(action) ?? []), ...names.map((name) => quoted(`${path} ${name}`))]);
    }
  }
  return `# Completion of fleetgen ${version} for bash: fleetgen completion --help
_fleetgen() {
  local cur=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD-1]}
  local path= words= files= flags= word i
  # --flag=value comes as three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $flag == = ]]; then
    flag=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${path:+$path }\${COMP_WORDS[i]}
    case $word in
      ${pattern(paths.map(quoted))}) path=$word ;;
    esac
  done
  case "$path $flag" in
${[...values].map(([action, names]) => `    ${pattern(names)})\n      ${action} ;;`).join('\n')}
    *)
      case $path in
${commands.map(ofCommand).join('\n')}
      esac
      if [[ $cur == -* || -z $words$files ]]; then
        words=$flags files=
      fi ;;
  esac
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(
    compgen -W "$words" -- "$cur"
    [[ -z $words || -z $files ]] || compgen -f -- "$cur"
  )
  # bash 3.2 has no compopt, and falls back to file names everywhere.
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
  else
    compopt +o default 2>/dev/null
  fi
  return 0
}
complete -o default -F _fleetgen fleetgen
`;
}

function assignments({ words = [], files = false }: Values): string {
  const parts = [...(words.length > 0 ? [`words=${quoted(words.join(' '))}`] : []), ...(files ? ['files=y'] : [])];
  return parts.join(' ') || ':';
}

function ofCommand({ path, next, argument, flags }: Command): string {
  const all = flags.flatMap(({ names }) => names.filter((name) => name.startsWith('--')));
  const words = Object.keys(next);
  const values = words.length > 0 ? { words } : argument;
  return `        ${quoted(path)})
          ${assignments(values)}
          flags=${quoted(all.join(' '))} ;;`;
}

/** The alternatives of a case, over several lines. */
function pattern(alternatives: readonly string[]): string {
  let line = '';
  const lines: string[] = [];
  for (const each of alternatives) {
    if (line !== '' && line.length + each.length > LINE) {
      lines.push(line);
      line = '';
    }
    line += `${line === '' ? '' : '|'}${each}`;
  }
  return [...lines, line].join('|\\\n      ');
}
