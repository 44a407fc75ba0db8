/**
 * The pieces that the scenario's schema is made of. Each gives JSON Schema in two forms: `file`, where every key may be
 * missing and `null` removes what can be removed, and `whole`, for the effective scenario, where nothing may be
 * missing.
 */
export type SchemaForm = 'file' | 'whole';
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Part {
  readonly schema: (form: SchemaForm) => JsonSchema;
  /** A map may lack it, and a file may remove it with null. */
  readonly removable: boolean;
}

/** A number within bounds; `description` says what it is, with its unit. */
export function number(minimum: number, maximum: number, description?: string): Part {
  return part({ type: 'number', minimum, maximum }, description);
}

export function integer(minimum: number, maximum: number, description?: string): Part {
  return part({ type: 'integer', minimum, maximum }, description);
}

export function bool(description?: string): Part {
  return part({ type: 'boolean' }, description);
}

/** `allowed` is the text of errors and editors when the pattern doesn't match. */
export function text(pattern: string, allowed: string, description?: string): Part {
  return part({ type: 'string', pattern, patternErrorMessage: allowed }, description);
}

/** A list, always given whole. */
export function list(item: Part, min: number, max: number, description?: string): Part {
  return {
    removable: false,
    schema: (form) => ({
      type: 'array',
      items: item.schema(form),
      minItems: min,
      maxItems: max,
      ...described(description),
    }),
  };
}

export function pair(item: Part, description?: string): Part {
  return list(item, 2, 2, description);
}

/** A map with known keys. */
export function object(keys: Readonly<Record<string, Part>>, description?: string): Part {
  return { removable: false, schema: (form) => objectSchema(keys, form, description) };
}

/** A map with the same schema for each of some keys. */
export function keyed(keys: readonly string[], value: Part, description?: string): Part {
  return object(Object.fromEntries(keys.map((key) => [key, value])), description);
}

/** A list of 24, by local hour. */
export function byHour(value: Part, description: string): Part {
  return list(value, 24, 24, description);
}

export function probability(description: string): Part {
  return number(0, 1, description);
}

export interface Names {
  readonly pattern: string;
  readonly allowed: string;
}

/** A map with custom keys, up to `max`; its entries can be removed, except `known` keys. */
export function map(
  names: Names,
  entry: Part,
  max: number,
  description?: string,
  known: Readonly<Record<string, Part>> = {},
): Part {
  return {
    removable: false,
    schema: (form) => ({
      ...objectSchema(known, form, description),
      propertyNames: { pattern: names.pattern, patternErrorMessage: names.allowed },
      additionalProperties: removableSchema(entry, form),
      maxProperties: max,
    }),
  };
}

/** An optional value. */
export function optional(of: Part): Part {
  return { ...of, removable: true };
}

function part(schema: JsonSchema, description: string | undefined): Part {
  const whole = { ...schema, ...described(description) };
  return { removable: false, schema: () => whole };
}

function objectSchema(
  keys: Readonly<Record<string, Part>>,
  form: SchemaForm,
  description: string | undefined,
): JsonSchema {
  const required = Object.entries(keys).flatMap(([key, { removable }]) => (removable ? [] : [key]));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(keys).map(([key, each]) => [
        key,
        each.removable ? removableSchema(each, form) : each.schema(form),
      ]),
    ),
    additionalProperties: false,
    ...(form === 'whole' && required.length > 0 && { required }),
    ...described(description),
  };
}

/** A value that a file may also set to null. */
function removableSchema(of: Part, form: SchemaForm): JsonSchema {
  const schema = of.schema(form);
  return form === 'whole' ? schema : { ...schema, type: [schema.type, 'null'] };
}

function described(description: string | undefined): JsonSchema {
  return description === undefined ? {} : { description };
}
