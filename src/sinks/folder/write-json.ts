import { openFileOutput } from '../files/file-output.js';

/** Writes a file of JSON, which appears under its name when it is complete. Throws FleetgenError. */
export async function writeJson(path: string, runId: string, value: object): Promise<void> {
  const output = await openFileOutput(path, runId, true);
  try {
    await output.write(new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
    await output.close();
    await output.publish();
  } catch (error) {
    await output.discard();
    throw error;
  }
}
