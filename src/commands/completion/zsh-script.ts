/** The completion script for zsh: a function for a folder of $fpath, which can also be sourced after compinit. */
import type { Values } from '../flags/flags.js';
import type { Command, Flag } from './catalogue.js';
import { quoted } from './shells.js';

/** Ends with a line feed. */
export function zshScript(commands: readonly Command[], version: string): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return `#compdef fleetgen
# Completion of fleetgen ${version} for zsh: fleetgen completion --help

_fleetgen_words_or_files() {
  _alternative "words:value:($*)" 'files:file:_files'
}

_fleetgen() {
  local curcontext=$curcontext found= word i depth=1
  local -a subcommands
  for ((i = 2; i < CURRENT; i++)); do
    word="\${found:+$found }\${words[i]}"
    case $word in
      (${paths.map(quoted).join('|')}) found=$word depth=$i ;;
    esac
  done
  words=(fleetgen "\${(@)words[depth+1,-1]}")
  (( CURRENT -= depth - 1 ))
  case $found in
${commands.map(ofCommand).join('\n')}
  esac
}

if [[ $funcstack[1] == _fleetgen ]]; then
  _fleetgen "$@"
else
  compdef _fleetgen fleetgen
fi
`;
}

function ofCommand({ path, next, argument, flags }: Command): string {
  const words = Object.entries(next);
  const specs = flags.flatMap(flagSpecs);
  if (words.length > 0) specs.push(quoted('1:command:{_describe command subcommands}'));
  else if (Object.keys(argument).length > 0) specs.push(quoted(`1:argument:${action(argument)}`));
  const list = words.map(([word, describe]) => `        ${quoted(`${word}:${describe.replaceAll(':', '\\:')}`)}\n`);
  return `    (${quoted(path)})
${list.length === 0 ? '' : `      subcommands=(\n${list.join('')}      )\n`}      _arguments \\
${specs.map((spec) => `        ${spec}`).join(' \\\n')} ;;`;
}

function flagSpecs({ names, describe, repeatable, value }: Flag): string[] {
  const others = repeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  const text = describe.replaceAll(/[\\[\]]/g, '\\$&');
  return names.map((name) => {
    const takes = value === undefined ? '' : name.startsWith('--') ? '=' : '+';
    return quoted(`${others}${name}${takes}[${text}]${value === undefined ? '' : `:value:${action(value)}`}`);
  });
}

/** A space: nothing is known. One before a function: its arguments are passed as they are. */
function action({ words = [], files = false }: Values): string {
  if (words.length > 0) return files ? ` _fleetgen_words_or_files ${words.join(' ')}` : `(${words.join(' ')})`;
  return files ? '_files' : ' ';
}
