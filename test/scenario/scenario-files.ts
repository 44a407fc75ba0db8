/** A folder of scenario files for a test, and the error of loading one of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetgenError } from '#src/base/errors.js';
import type { LoadedScenario } from '#src/scenario/read/merge.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';

export interface ScenarioFiles {
  readonly folder: string;
  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  load(content: string, sets?: readonly string[]): Promise<LoadedScenario>;
  /**
   * The error message for the content, with FILE for the path of its file. Fails unless it is one line and exit code 2.
   */
  refusal(content: string | Uint8Array, sets?: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function scenarioFiles(): Promise<ScenarioFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-scenario-'));
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  return {
    folder,
    write,
    load: async (content, sets) => resolveScenario(await write('scenario.yaml', content), sets),
    refusal: async (content, sets) => {
      const path = await write('scenario.yaml', content);
      return (await refusalOf(() => resolveScenario(path, sets))).replaceAll(path, 'FILE');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function refusalOf(load: () => Promise<unknown>): Promise<string> {
  try {
    await load();
  } catch (error) {
    if (!(error instanceof FleetgenError)) throw error;
    if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode}: ${error.message}`);
    if (error.message.includes('\n') || error.message.length > 700) throw new Error(`not one line: ${error.message}`);
    return error.message;
  }
  throw new Error('nothing was refused');
}
