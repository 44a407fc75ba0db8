/** A broker for one test file, and an ordinary consumer that reads it: kcat. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, type CliResult } from '../cli/run-cli.js';
import { runScript } from './streaming-fixture.js';

export interface Broker {
  /** host:port */
  readonly address: string;
  readonly folder: string;
  url(topic: string): string;
  /** start, kill or another action of kafka.sh; fails the test unless it exits with 0. */
  control(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** `args`: for kafka.sh start. */
export async function startBroker(...args: string[]): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-kafka-'));
  const control = async (...given: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runScript('kafka.sh', given, folder, {
      FLEETGEN_KAFKA_HOME: join(folder, 'kafka'),
    });
    assert.equal(code, 0, `kafka.sh ${given.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const stop = async (): Promise<void> => {
    await control('reset');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = await control('start', '--port', '0', ...args);
    return { address, folder, url: (topic) => `kafka://${address}/${topic}`, control, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface Consumed {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly timestamp: number;
  readonly headers: string;
  readonly value: string;
}

/** Everything in the topic, partition by partition. */
export async function consume(broker: Broker, topic: string): Promise<Consumed[]> {
  const format = '%p\t%o\t%k\t%T\t%h\t%s\n';
  const { stdout } = await kcat(['-b', broker.address, '-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-f', format]);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [partition, offset, key, timestamp, headers, value] = line.split('\t');
      return {
        partition: Number(partition),
        offset: Number(offset),
        key: key!,
        timestamp: Number(timestamp),
        headers: headers!,
        value: value!,
      };
    });
}

/** Runs kcat; it has to be installed. */
export function kcat(args: readonly string[], input = ''): Promise<CliResult> {
  return run('kcat', args, input);
}

/** `fleetgen stream`, to be waited for or interrupted. */
export interface RunningStream {
  readonly result: Promise<CliResult>;
  signal(signal: NodeJS.Signals): void;
}

export function startStream(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningStream {
  const child = spawn(process.execPath, [CLI, 'stream', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  return { result: resultOf(child), signal: (signal) => void child.kill(signal) };
}

/** Standard output of `fleetgen stream`; fails the test unless it exits with 0. */
export async function streamed(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await startStream(args).result;
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Resolves once the topic holds at least `count` messages; fails when the stream into it ends before that. */
export async function untilTopicHolds(
  broker: Broker,
  topic: string,
  count: number,
  stream: RunningStream,
): Promise<void> {
  let ended: CliResult | undefined;
  void stream.result.then((result) => {
    ended = result;
  });
  for (;;) {
    const before = ended;
    const { stdout } = await kcat([
      '-b',
      broker.address,
      '-Q',
      ...[0, 1, 2, 3, 4, 5].flatMap((p) => ['-t', `${topic}:${p}:-1`]),
    ]);
    const ends = [...stdout.matchAll(/offset (\d+)/g)].map((match) => Number(match[1]));
    if (ends.reduce((sum, end) => sum + end, 0) >= count) return;
    assert.equal(before, undefined, `the stream ended early: ${before?.stderr}`);
    await sleep(100);
  }
}

function run(program: string, args: readonly string[], input: string): Promise<CliResult> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that ends without reading says why by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return resultOf(child);
}

function resultOf(child: ReturnType<typeof spawn>): Promise<CliResult> {
  const pieces: Buffer[] = [];
  let stderr = '';
  child.stdout!.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ENOENT'
          ? new Error(`${child.spawnfile} is missing: apt-get install ${child.spawnfile}`)
          : error,
      );
    });
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(pieces).toString(), stderr }));
  });
}
