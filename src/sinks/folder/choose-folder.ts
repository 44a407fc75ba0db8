/** What a load into a folder does, by what is there. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requestError } from '../../base/errors.js';
import { errorCode, openError } from '../files/output-errors.js';
import type { IfExists } from '../load-target.js';
import { MANIFEST, PART_NAME, REQUEST, STATE, TABLES } from './layout.js';
import { type FolderLoad, loadDifference, type Manifest, readJson, readManifest } from './manifest.js';

export type Choice =
  /** There is no folder, or an empty one. */
  | { readonly kind: 'fresh' | 'empty' }
  /** A folder of an earlier load stays until this one is complete. */
  | { readonly kind: 'replace' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'done'; readonly manifest: Manifest };

/** Throws a requestError if the folder can't be used; nothing is changed. `shown` names it in messages. */
export async function chooseFolder(
  folder: string,
  shown: string,
  ifExists: IfExists,
  asked: FolderLoad,
): Promise<Choice> {
  if (ifExists === 'append') {
    throw requestError('NO_APPEND', `a folder holds one load: name another --to, and read ${shown} and it together`);
  }
  const entries = await entriesOf(folder);
  if (entries === undefined) return { kind: 'fresh' };
  if (entries.length === 0) return { kind: 'empty' };
  await refuseForeign(folder, shown, entries);
  if (ifExists === 'replace') return { kind: 'replace' };
  const manifest = await readManifest(folder);
  if (ifExists === 'fail') {
    const fix = manifest === undefined ? 'finish its load with --if-exists resume' : 'use --if-exists replace';
    throw requestError('FOLDER_EXISTS', `folder exists: ${shown}; ${fix} or name another one`);
  }
  const there = manifest ?? ((await readJson(join(folder, REQUEST))) as FolderLoad | undefined);
  if (there === undefined)
    throw requestError('NOTHING_TO_RESUME', `${shown} holds no load that can be resumed: use --if-exists replace`);
  const difference = loadDifference(there, asked);
  if (difference === undefined) return manifest === undefined ? { kind: 'resume' } : { kind: 'done', manifest };
  throw requestError(
    'OTHER_LOAD',
    `the load in ${shown} is another one (${difference}): give the flags that it was started with, or --if-exists replace`,
  );
}

/** Throws a requestError for a folder that holds more than fleetgen wrote. */
async function refuseForeign(folder: string, shown: string, entries: readonly Dirent[]): Promise<void> {
  const foreign = entries.find((entry) => !isOurs(entry)) ?? (await foreignPart(folder));
  const marks = entries.some(({ name }) => name === MANIFEST || name === STATE);
  if (foreign === undefined && marks) return;
  const what = foreign === undefined ? 'was not made' : `holds ${foreign.name}, which was not written`;
  throw requestError('NOT_OURS', `${shown} ${what} by fleetgen: name another folder, or move that away`);
}

function isOurs(entry: Dirent): boolean {
  if (entry.name === MANIFEST || /^\.manifest\.json\.\w+\.partial$/.test(entry.name)) return entry.isFile();
  return (entry.name === STATE || TABLES.some((table) => table === entry.name)) && entry.isDirectory();
}

async function foreignPart(folder: string): Promise<Dirent | undefined> {
  for (const table of TABLES) {
    const entries = (await entriesOf(join(folder, table))) ?? [];
    const foreign = entries.find(
      (entry) => !entry.isFile() || !(PART_NAME.test(entry.name) || /^\.part-.*\.partial$/.test(entry.name)),
    );
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** Undefined if there is nothing of this name. Throws a requestError for anything but a folder. */
async function entriesOf(folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return (await dangles(folder)) ? refuse(folder) : undefined;
    if (code === 'ENOTDIR') return refuse(folder);
    throw openError(folder, error);
  }
}

function refuse(folder: string): never {
  throw requestError('NOT_A_FOLDER', `${folder} is not a folder: name one, or leave out the slash for a file`);
}

async function dangles(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
