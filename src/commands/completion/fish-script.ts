/** The completion script for fish, from 3.0 on. */
import type { Values } from '../flags/flags.js';
import type { Command, Flag } from './catalogue.js';

/** Ends with a line feed. */
export function fishScript(commands: readonly Command[], version: string): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return `# Completion of fleetgen ${version} for fish: fleetgen completion --help

function __fleetgen_at
    set -l found ''
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        set -l longer (string trim -- "$found $word")
        if contains -- $longer ${paths.map(quoted).join(' ')}
            set found $longer
        end
    end
    test "$found" = "$argv[1]"
end

complete -c fleetgen -f
${commands.flatMap(ofCommand).join('\n')}
`;
}

function ofCommand({ path, next, argument, flags }: Command): string[] {
  const begin = `complete -c fleetgen -n ${quoted(`__fleetgen_at ${quoted(path)}`)}`;
  return [
    ...Object.entries(next).map(([word, describe]) => `${begin} -a ${word} -d ${quoted(describe)}`),
    ...(Object.keys(argument).length > 0 ? [`${begin}${files(argument)}${list(argument)}`] : []),
    ...flags.map((flag) => `${begin}${flagOptions(flag)} -d ${quoted(flag.describe)}`),
  ];
}

function flagOptions({ names, value }: Flag): string {
  const forms = names.map((name) => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join('');
  return value === undefined ? forms : `${forms} -r${files(value) || ' -f'}${list(value)}`;
}

function files({ files: allowed = false }: Values): string {
  return allowed ? ' -F' : '';
}

function list({ words = [] }: Values): string {
  return words.length === 0 ? '' : ` -a ${quoted(words.join(' '))}`;
}

/** In fish's single quotes, a backslash escapes them and itself. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
