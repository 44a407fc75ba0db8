/** Joins folders that hold adjacent parts of one dataset into the folder that one load of the whole would have made. */
import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { requestError, runError } from '../../base/errors.js';
import { errorCode, openError, writeError } from '../files/output-errors.js';
import { entriesOf } from './choose-folder.js';
import { hiddenBeside, MANIFEST } from './layout.js';
import { loadDifference, type Manifest, type PartFile, requireManifest } from './manifest.js';
import { writeJson } from './write-json.js';

interface Source {
  /** As it was named. */
  readonly name: string;
  readonly manifest: Manifest;
}

/**
 * The files are linked, or copied where they can't be; the folders stay as they are. Returns the manifest of the new folder.
 * Throws a requestError if the folders don't hold adjacent records of one dataset, each once, or if `to` holds anything.
 */
export async function joinFolders(folders: readonly string[], to: string): Promise<Manifest> {
  const sources: Source[] = [];
  // In turn, so that of several that can't be read the first is named.
  for (const name of folders) sources.push({ name, manifest: await requireManifest(name) });
  const manifest = joined(sources);
  const place = resolve(to);
  const entries = await entriesOf(place);
  if (entries !== undefined && entries.length > 0)
    throw requestError('FOLDER_EXISTS', `folder exists: ${to}; name another one`);
  const runId = randomUUID();
  const partial = hiddenBeside(place, runId, 'partial');
  const kept = new Set(manifest.files);
  try {
    await mkdir(partial).catch((error: unknown) => {
      throw openError(place, error);
    });
    for (const { name, manifest: part } of sources)
      for (const file of part.files)
        if (kept.has(file)) await linkOrCopy(join(name, file.path), join(partial, file.path));
    await writeJson(join(partial, MANIFEST), runId, manifest);
    // Into an empty folder, too.
    await rename(partial, place).catch((error: unknown) => {
      throw writeError(place, error);
    });
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  return manifest;
}

/** The manifest of all records; the vehicles are the same in each. */
function joined(sources: readonly Source[]): Manifest {
  const sorted = [...sources].sort((a, b) => a.manifest.range[0] - b.manifest.range[0]);
  const [first] = sorted;
  if (first === undefined || sorted.length < 2)
    throw requestError('BAD_OPTION', 'there is nothing to join: name two folders or more');
  const files: PartFile[] = [...first.manifest.files];
  let end = first.manifest.range[1];
  let before = first.name;
  for (const { name, manifest } of sorted.slice(1)) {
    const range = first.manifest.range;
    const difference = loadDifference({ ...manifest, range }, first.manifest);
    if (difference !== undefined)
      throw requestError('OTHER_LOAD', `${name} and ${first.name} are not of one load (${difference}): name others`);
    const [from, to] = manifest.range;
    if (from < end)
      throw requestError('PARTS_OVERLAP', `${before} and ${name} both hold record ${from}: name one of them`);
    if (from > end)
      throw requestError(
        'PARTS_MISSING',
        `no folder holds the records ${end}:${from}, between ${before} and ${name}: name it, too`,
      );
    files.push(...manifest.files.filter(({ table }) => table !== 'vehicle'));
    [end, before] = [to, name];
  }
  const start = first.manifest.range[0];
  return { ...first.manifest, range: [start, end], rows: end - start, files };
}

/** Under a second name, or as a copy on another file system. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await link(from, to).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw error;
      return copyFile(from, to);
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw runError('NO_FILE', `${from} is missing, which the manifest lists: copy it again`, error);
    throw writeError(to, error);
  }
}
