/**
 * docs/nightly.md's CronJob by the part of the Kubernetes API (batch/v1) that it uses, and its flags checked by our own
 * parser.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import yargs from 'yargs';
import {
  GENERATE_FLAGS,
  type GenerateArguments,
  parseGenerateOptions,
} from '#src/commands/generate/generate-options.js';
import { blockOf } from './markdown.js';

type Schema = Readonly<Record<string, unknown>>;

/** An object with exactly these fields, all required but the optional ones. */
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const list = (items: Schema): Schema => ({ type: 'array', items, minItems: 1 });
const words = (...values: readonly string[]): Schema => ({ enum: values });
const TEXT = { type: 'string', minLength: 1 };
const COUNT = { type: 'integer', minimum: 0 };
const NAME = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 52 };
const QUANTITY = { type: 'string', pattern: '^\\d+(\\.\\d+)?(m|[KMGT]i?)?$' };
const RESOURCES = object({ cpu: QUANTITY, memory: QUANTITY }, ['cpu']);

const CONTAINER = object({
  name: NAME,
  image: TEXT,
  command: list(TEXT),
  args: list(TEXT),
  envFrom: list(object({ secretRef: object({ name: NAME }) })),
  resources: object({ requests: RESOURCES, limits: RESOURCES }),
});
const ON_EXIT_CODES = object({
  operator: words('In', 'NotIn'),
  values: list({ type: 'integer', minimum: 1, maximum: 255 }),
});
const JOB = object({
  activeDeadlineSeconds: COUNT,
  backoffLimit: COUNT,
  podFailurePolicy: object({
    rules: list(object({ action: words('FailJob', 'Ignore', 'Count', 'FailIndex'), onExitCodes: ON_EXIT_CODES })),
  }),
  template: object({
    spec: object({
      // A pod failure policy is rejected with any other value.
      restartPolicy: words('Never'),
      terminationGracePeriodSeconds: COUNT,
      containers: list(CONTAINER),
    }),
  }),
});
const CRON_JOB = object({
  apiVersion: words('batch/v1'),
  kind: words('CronJob'),
  metadata: object({ name: NAME }),
  spec: object({
    schedule: { type: 'string', pattern: '^(\\S+ ){4}\\S+$' },
    timeZone: TEXT,
    concurrencyPolicy: words('Allow', 'Forbid', 'Replace'),
    startingDeadlineSeconds: COUNT,
    jobTemplate: object({ spec: JOB }),
  }),
});

describe("docs/nightly.md's CronJob", () => {
  const manifest = parse(blockOf('docs/nightly.md', 'yaml', 'Kubernetes'));

  it('is a valid CronJob', () => {
    const validate = new Ajv({ allErrors: true }).compile(CRON_JOB);
    assert.ok(validate(manifest), JSON.stringify(validate.errors));
  });

  it('rebuilds another window every night', async () => {
    const [{ command, args }] = manifest.spec.jobTemplate.spec.template.spec.containers;
    assert.deepEqual([...command, args[0]], ['fleetgen', 'generate']);
    const given = await yargs(args.slice(1)).options(GENERATE_FLAGS).strict().parseAsync();
    const night = (day: string) => parseGenerateOptions(given as GenerateArguments, new Date(`${day}T02:15:00Z`));
    assert.equal(night('2026-11-24').ifExists, 'replace');
    assert.deepEqual([night('2026-11-24').start, night('2026-11-25').start], ['2026-10-24', '2026-10-25']);
  });
});
