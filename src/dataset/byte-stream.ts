/** The records of an opened dataset as the bytes of a file, in a Readable: those of `fleetgen generate --to -`. */
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { requireZstd } from '../base/compression/page-codecs.js';
import { abortReason } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue } from '../base/options.js';
import { checkFileOptions, FILE_OPTIONS, type FileOptions, fileOptions } from '../formats/file-options.js';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../formats/formats.js';
import { runLoad } from '../run/coordinator.js';
import type { PlannedRange } from '../run/dataset-options.js';
import { LIMITS } from '../run/defaults.js';
import { createOrderedTarget } from '../sinks/files/ordered-target.js';
import type { LoadTarget } from '../sinks/load-target.js';

/** The format of a stream of bytes, and the choices of that format. Those that it doesn't have are refused. */
export interface ByteStreamOptions extends Partial<FileOptions> {
  readonly format: FormatName;
  /** Threads that simulate and encode, 1 to 256; as many as the machine has cores by default. */
  readonly workers?: number;
  /** Aborting it destroys the stream with its reason if that is a FleetgenError, else with one of code INTERRUPTED. */
  readonly signal?: AbortSignal;
}

/** Throws a requestError for an option that is not valid, at once. Threads start when the stream is first read. */
export function byteStream(planned: PlannedRange, options: ByteStreamOptions): Readable {
  checkKeys("stream's argument", options, ['format', 'workers', 'signal', ...FILE_OPTIONS]);
  const { format, workers = availableParallelism(), signal } = options;
  const isFormat = (value: unknown) => FORMAT_NAMES.some((each) => each === value);
  checkValue('format', format ?? null, isFormat, `one of ${FORMAT_NAMES.join(', ')}`);
  checkNumber('workers', workers, LIMITS.workers);
  checkValue('signal', signal, (value) => value instanceof AbortSignal, "an AbortController's signal");
  checkFileOptions(options);
  const file = fileOptions(FORMATS[format], options);
  if (file.codec === 'zstd') requireZstd();
  const load = (write: (bytes: Uint8Array) => Promise<void>, ending: AbortSignal) => {
    const target = streamTarget(write, format, file);
    return runLoad({ ...planned, target, workers, signal: ending });
  };
  return new ByteStream(load, signal);
}

function streamTarget(
  write: (bytes: Uint8Array) => Promise<void>,
  format: FormatName,
  options: FileOptions,
): LoadTarget {
  const nothing = async (): Promise<void> => {};
  return createOrderedTarget({
    name: 'the stream',
    file: { kind: { format, compression: undefined }, options },
    isStream: true,
    open: async () => ({ main: { write, close: nothing, publish: nothing, discard: nothing } }),
  });
}

type Run = (write: (bytes: Uint8Array) => Promise<void>, ending: AbortSignal) => Promise<unknown>;

/** Is closed only when the threads behind it have ended. */
class ByteStream extends Readable {
  readonly #run: Run;
  readonly #signal: AbortSignal | undefined;
  readonly #ending = new AbortController();
  readonly #onAbort = () => void this.destroy(abortReason(this.#signal!));
  #running: Promise<void> | undefined;
  /** Called when the reader wants more. */
  #go = () => {};

  constructor(run: Run, signal: AbortSignal | undefined) {
    super();
    this.#run = run;
    this.#signal = signal;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  override _read(): void {
    this.#running ??= this.#start();
    this.#go();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#ending.abort();
    this.#go();
    void Promise.resolve(this.#running).then(() => done(error));
  }

  async #start(): Promise<void> {
    try {
      await this.#run((bytes) => this.#write(bytes), this.#ending.signal);
      this.push(null);
    } catch (error) {
      // After a destroy() there is nobody left to tell.
      if (!this.#ending.signal.aborted) this.destroy(error as Error);
    }
  }

  /** Resolves when the reader wants more. */
  async #write(bytes: Uint8Array): Promise<void> {
    const wanted = new Promise<void>((resolve) => {
      this.#go = resolve;
    });
    // A copy, as the buffer is used again.
    if (this.#ending.signal.aborted || this.push(Buffer.from(bytes))) return;
    await wanted;
  }
}
