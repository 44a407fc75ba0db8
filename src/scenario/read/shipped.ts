/** The scenarios that come with the package: files of what differs from the default. */
import { fileURLToPath } from 'node:url';

/**
 * Where the JSON Schema of scenario files is: the build writes it beside the compiled code, and the package exports it.
 */
export const SCHEMA_URL = new URL('../scenario.schema.json', import.meta.url);

const EXAMPLES = {
  default: 'the world as it is: five regions, four classes of vehicles',
  'winter-storm': 'a hard winter: snow, fog and frost, slow roads, weak batteries',
  'night-taxi': 'taxis that drive from evening to morning in two cities',
  'failing-devices': 'devices that age fast: sensor faults, lost records, heartbeats',
  dirty: 'missing positions, impossible speeds, contradictory labels',
  tiny: 'one region with few roads, two classes and one device',
  autonomous: 'a self-driving fleet with a custom event and two custom metrics',
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
