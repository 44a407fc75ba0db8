/** The scenarios that come with the package: files of what differs from the default. */
import { fileURLToPath } from 'node:url';

/**
 * Where the JSON Schema of scenario files is: the build writes it beside the compiled code, and the package exports it.
 */
export const SCHEMA_URL = new URL('../scenario.schema.json', import.meta.url);

const EXAMPLES = {
  default: 'the world as it is: five regions, four vehicle classes, three device models',
  'winter-storm': 'a hard winter: long snow, fog and frost, slow roads, weak batteries',
  'night-taxi': 'taxis that drive from evening to morning in two cities',
  'failing-devices': 'devices that age fast: weak batteries, sensor faults, frozen positions, lost records, heartbeats',
  dirty: 'missing positions, impossible speeds, batteries above 100 %, contradictory labels',
  tiny: 'one region with few roads, two classes and one device: quick to look at',
  autonomous: 'a self-driving fleet with a custom event and two custom metrics: the example of extending',
} as const;

export type ShippedName = keyof typeof EXAMPLES;

export const SHIPPED: Readonly<Record<ShippedName, string>> = EXAMPLES;

export function isShipped(name: string): name is ShippedName {
  return Object.hasOwn(EXAMPLES, name);
}

/** The file of a shipped scenario; the default's has every value with its source. */
export function shippedPath(name: ShippedName): string {
  const file = name === 'default' ? '../default.yaml' : `../examples/${name}.yaml`;
  return fileURLToPath(new URL(file, import.meta.url));
}
