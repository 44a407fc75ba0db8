/** `fleetgen scenario`: writes, checks, shows and lists scenarios. */
import type { CommandModule } from 'yargs';
import { standardOutput } from '../../base/standard-output.js';
import { alternatives } from '../../base/text.js';
import { SHIPPED } from '../../scenario/read/shipped.js';
import { ACTIONS, COMMANDS } from '../command-names.js';
import { textFlag, withFlags } from '../flags/flags.js';
import { parseScenarioFlags, SCENARIO_FLAGS } from '../flags/scenario-flags.js';

/** By action. */
export const SCENARIO_ACTION_FLAGS = {
  init: { from: textFlag('A shipped scenario to start from', 'default, every value', { words: Object.keys(SHIPPED) }) },
  check: { set: SCENARIO_FLAGS.set },
  show: { set: SCENARIO_FLAGS.set },
  list: {},
} as const;

const EXAMPLES = {
  scenario: `Examples:
  fleetgen scenario init fleet.yaml
  fleetgen scenario init storm.yaml --from winter-storm
  fleetgen scenario check fleet.yaml
  fleetgen scenario show winter-storm --set roads.towns=3
  fleetgen generate --scenario fleet.yaml --to fleet.csv`,
  init: `Examples:
  fleetgen scenario init fleet.yaml
  fleetgen scenario init storm.yaml --from winter-storm`,
  check: `Examples:
  fleetgen scenario check fleet.yaml
  fleetgen scenario check winter-storm --set events.braking_event.per_hour=2`,
  show: `Examples:
  fleetgen scenario show
  fleetgen scenario show winter-storm --set roads.towns=3`,
};

const init: CommandModule<object, { file: string; from: unknown }> = {
  command: 'init [file]',
  describe: ACTIONS.scenario.init,
  builder: (yargs) =>
    withFlags(
      yargs.positional('file', { type: 'string', default: 'scenario.yaml', describe: 'The file to write' }),
      SCENARIO_ACTION_FLAGS.init,
    ).epilogue(EXAMPLES.init),
  handler: async ({ file, from }) => {
    const { initScenario } = await import('./scenario-init.js');
    await initScenario(file, from);
    process.stderr.write(`${file}: change it, then try fleetgen scenario check ${file}\n`);
  },
};

interface ShowArguments {
  readonly from?: string | undefined;
  readonly set?: unknown;
}

const check: CommandModule<object, ShowArguments> = {
  command: 'check <from>',
  describe: ACTIONS.scenario.check,
  builder: (yargs) =>
    withFlags(
      yargs.positional('from', {
        type: 'string',
        demandOption: true,
        describe: 'A file, or a shipped scenario by name',
      }),
      SCENARIO_ACTION_FLAGS.check,
    ).epilogue(EXAMPLES.check),
  handler: async (given) => {
    const { validityLine } = await import('./scenario-show.js');
    process.stdout.write(`${await validityLine(requestOf(given))}\n`);
  },
};

const show: CommandModule<object, ShowArguments> = {
  command: 'show [from]',
  describe: ACTIONS.scenario.show,
  builder: (yargs) =>
    withFlags(
      yargs.positional('from', { type: 'string', describe: 'A file, or a shipped scenario by name' }),
      SCENARIO_ACTION_FLAGS.show,
    ).epilogue(EXAMPLES.show),
  handler: async (given) => {
    const { effectiveYaml } = await import('./scenario-show.js');
    standardOutput().write(await effectiveYaml(requestOf(given)));
  },
};

const list: CommandModule<object, object> = {
  command: 'list',
  describe: ACTIONS.scenario.list,
  handler: () => {
    const width = Math.max(...Object.keys(SHIPPED).map((name) => name.length));
    const out = standardOutput();
    for (const [name, says] of Object.entries(SHIPPED)) out.write(`${name.padEnd(width)}  ${says}\n`);
  },
};

export const scenarioCommand: CommandModule = {
  command: 'scenario',
  describe: COMMANDS.scenario,
  builder: (yargs) =>
    yargs
      .command(init)
      .command(check)
      .command(show)
      .command(list)
      .demandCommand(1, `scenario needs an action: ${alternatives(Object.keys(ACTIONS.scenario))}`)
      .strictCommands()
      .epilogue(EXAMPLES.scenario),
  handler: () => {},
};

function requestOf({ from, set }: ShowArguments) {
  return parseScenarioFlags({ scenario: from, set });
}
