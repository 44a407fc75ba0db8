/** Validation against the schema, with each error translated for the user: the key, what was found, what is allowed. */
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { closestWord } from '../../base/closest-word.js';
import { truncateLine } from '../../base/text.js';
import type { JsonSchema, SchemaForm } from '../schema/parts.js';
import { formatPath, type Problem } from './problem.js';

const require = createRequire(import.meta.url);

/** The first thing that is wrong with a value read from a file (or --set), or with the effective scenario. */
export function findSchemaProblem(value: unknown, form: SchemaForm): Problem | undefined {
  // Compiled by the build, which takes a second, and loaded when they are needed.
  const validate = (require('./validators.cjs') as Readonly<Record<SchemaForm, ValidateFunction>>)[form];
  const [error] = validate(value) ? [] : (validate.errors ?? []);
  return error === undefined ? undefined : problemOf(error);
}

function problemOf(error: ErrorObject): Problem {
  const path = stepsOf(error.instancePath);
  const schema = error.parentSchema as JsonSchema;
  const params = error.params as Readonly<Record<string, string>>;
  const where = formatPath(path);
  if (error.keyword === 'additionalProperties') {
    const key = params.additionalProperty!;
    return { path: [...path, key], atKey: true, message: unknownKey(key, where, Object.keys(schema.properties ?? {})) };
  }
  if (error.propertyName !== undefined) {
    const key = error.propertyName;
    const says = `"${truncateLine(key)}" can't be a name${where === '' ? '' : ` in ${where}`}: give ${schema.patternErrorMessage}`;
    return { path: [...path, key], atKey: true, message: says };
  }
  if (error.keyword === 'required') {
    return {
      path,
      atKey: true,
      message: `${where === '' ? 'the scenario' : where} lacks ${params.missingProperty}: add it`,
    };
  }
  const found = truncateLine(JSON.stringify(jsonable(error.data)) ?? 'nothing');
  const kept = error.data === null && path.length > 0 ? ", but it can't be removed" : '';
  return { path, message: `${where === '' ? 'the scenario' : where} is ${found}${kept}: give ${allowedBy(schema)}` };
}

function unknownKey(key: string, where: string, known: readonly string[]): string {
  const meant = closestWord(key, known);
  const fix = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `unknown key "${truncateLine(key)}"${where === '' ? '' : ` in ${where}`}: ${fix}`;
}

function stepsOf(pointer: string): (string | number)[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** What a schema requires, in words. */
function allowedBy(schema: JsonSchema): string {
  const types = [schema.type].flat();
  if (types.includes('object')) return schema.properties === undefined ? 'a map' : 'a map of keys and values';
  if (types.includes('array')) return listAllowedBy(schema);
  if (types.includes('boolean')) return 'true or false';
  if (types.includes('string')) return `${schema.patternErrorMessage}`;
  return `${types.includes('integer') ? 'a whole number' : 'a number'} ${boundsOf(schema)}`;
}

function listAllowedBy({ items, minItems, maxItems }: JsonSchema): string {
  const count = minItems === maxItems ? `${minItems}` : `${minItems} to ${maxItems}`;
  const { type, patternErrorMessage, ...item } = items as JsonSchema;
  if (type === 'string') return `a list, each item ${patternErrorMessage}`;
  return `a list of ${count} ${type === 'integer' ? 'whole numbers' : 'numbers'} ${boundsOf(item)}`;
}

function boundsOf({ minimum, maximum }: JsonSchema): string {
  return `from ${minimum} to ${maximum}`;
}

/** JSON can't represent these. */
function jsonable(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
