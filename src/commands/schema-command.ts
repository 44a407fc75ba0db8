/** `fleetgen schema`: the tables as SQL, JSON Schema, Spark's schema or a data dictionary, on standard output. */
import type { CommandModule } from 'yargs';
import { requestError } from '../base/errors.js';
import { standardOutput } from '../base/standard-output.js';
import { rowJsonSchema } from '../columns/describe/json-schema.js';
import { dataDictionary } from '../columns/describe/markdown.js';
import { sparkStruct } from '../columns/describe/spark.js';
import { messageSchema } from '../columns/message.js';
import { checkNames, truthTable, vehicleTable } from '../pg/identifiers.js';
import { planDataset } from '../plan/dataset.js';
import { DEFAULTS } from '../run/defaults.js';
import type { Scenario } from '../scenario/model/scenario.js';
import { tableSql, telemetryDefinition, truthDefinition, vehicleDefinition } from '../sinks/postgres/ddl.js';
import { COMMANDS } from './command-names.js';
import { asIs, flagReader, textFlag, withFlags } from './flags/flags.js';
import { parseChoice } from './flags/parse-options.js';
import { requestedScenario, SCENARIO_FLAGS } from './flags/scenario-flags.js';

const FORMATS = ['sql', 'json', 'markdown', 'spark'] as const;
type Format = (typeof FORMATS)[number];

export const SCHEMA_FLAGS = {
  format: textFlag(
    "sql: DDL of both tables; json: JSON Schema of a record; markdown: data dictionary; spark: a message's StructType",
    FORMATS[0],
    { words: FORMATS },
  ),
  table: textFlag('Name of the main table; the vehicle table is NAME_vehicle', DEFAULTS.table),
  ...SCENARIO_FLAGS,
  schema: textFlag('Schema of the database, with --format sql', DEFAULTS.schema),
} as const;

/** yargs passes a repeated flag as a list and --no-flag as false. */
interface SchemaArguments {
  readonly format?: unknown;
  readonly table?: unknown;
  readonly schema?: unknown;
  readonly scenario?: unknown;
  readonly set?: unknown;
}

const EXAMPLES = `Examples:
  fleetgen schema | psql mydb
  fleetgen schema --format json > record.schema.json
  fleetgen schema --format markdown
  fleetgen schema --scenario fleet.yaml
  fleetgen schema --format spark > record.spark.json`;

export const schemaCommand: CommandModule<object, SchemaArguments> = {
  command: 'schema',
  describe: COMMANDS.schema,
  builder: (yargs) => withFlags(yargs, SCHEMA_FLAGS).epilogue(EXAMPLES),
  handler: async (given) => {
    const get = flagReader(given);
    const format = get('format', (found) => parseChoice('format', found, FORMATS)) ?? FORMATS[0];
    if (format !== 'sql' && given.schema !== undefined) {
      throw requestError('BAD_OPTION', `--schema has no effect with --format ${format}: leave it out`);
    }
    const schema = get('schema', asIs) ?? DEFAULTS.schema;
    const table = get('table', asIs) ?? DEFAULTS.table;
    checkNames({ schema, table });
    standardOutput().write(schemaText(format, schema, table, await requestedScenario(given)));
  },
};

/** The command's output, by default for the default scenario; ends with a line feed. */
export function schemaText(format: Format, schema: string, table: string, scenario?: Scenario): string {
  const { seed, start, intervalSeconds } = DEFAULTS;
  const dataset = planDataset({ seed, start, intervalSeconds, vehicles: 1, days: 1, ...(scenario && { scenario }) });
  const main = telemetryDefinition(dataset.telemetry);
  const vehicles = vehicleDefinition(dataset.vehicle);
  switch (format) {
    case 'sql':
      return `${tableSql(main, schema, table)}\n${tableSql(vehicles, schema, vehicleTable(table))}`;
    case 'json':
      return `${JSON.stringify(rowJsonSchema(messageSchema(dataset.telemetry), table, main.comment), null, 2)}\n`;
    case 'spark':
      return `${JSON.stringify(sparkStruct(messageSchema(dataset.telemetry)), null, 2)}\n`;
    case 'markdown':
      return dataDictionary([
        { ...main, name: table },
        { ...vehicles, name: vehicleTable(table) },
        { ...truthDefinition(dataset.truth), name: truthTable(table) },
      ]);
  }
}
