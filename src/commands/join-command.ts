/** `fleetgen join`: folders of adjacent parts of a dataset become one folder. */
import type { CommandModule } from 'yargs';
import { requestError } from '../base/errors.js';
import { formatCount } from '../base/format-numbers.js';
import { standardOutput } from '../base/standard-output.js';
import { COMMANDS } from './command-names.js';
import { asIs, booleanFlag, flagReader, textFlag, withFlags } from './flags/flags.js';

export const JOIN_FLAGS = {
  to: { ...textFlag('The folder to be made', 'none: it must be given', { files: true }), alias: 'o' },
  json: booleanFlag('One JSON summary on stdout'),
  quiet: { ...booleanFlag('No summary'), alias: 'q' },
} as const;

interface JoinArguments {
  readonly folders?: unknown;
  readonly to?: unknown;
  readonly json?: unknown;
  readonly quiet?: unknown;
}

const EXAMPLES = `Examples:
  On three machines, each with its K:
    fleetgen generate --rows 1e9 --parts 3 --part K --to partK/
  Where all three folders are:
    fleetgen join part1/ part2/ part3/ --to all/
    fleetgen verify --from all/`;

export const joinCommand: CommandModule<object, JoinArguments> = {
  command: 'join [folders..]',
  describe: COMMANDS.join,
  builder: (yargs) =>
    withFlags(
      yargs.positional('folders', { type: 'string', array: true, describe: 'Folders that --parts made' }),
      JOIN_FLAGS,
    ).epilogue(EXAMPLES),
  handler: async (given) => {
    const to = flagReader(given as Readonly<Record<string, unknown>>)('to', asIs);
    if (to === undefined) throw requestError('BAD_OPTION', 'the folder to be made is missing: add --to FOLDER/');
    const folders = Array.isArray(given.folders) ? given.folders.map(String) : [];
    const out = given.json === true ? standardOutput() : undefined;
    const { joinFolders } = await import('../sinks/folder/join-folders.js');
    const { rows, range, files } = await joinFolders(folders, to);
    if (out !== undefined)
      out.write(`${JSON.stringify({ command: 'join', target: to, rows, range, files: files.length })}\n`);
    else if (given.quiet !== true)
      process.stderr.write(
        `${formatCount(rows)} rows of ${folders.length} folders, in ${formatCount(files.length)} files: ${to}\n`,
      );
  },
};
