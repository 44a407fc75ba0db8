/**
 * The server's configuration, rewritten at each start so that changes here apply to existing data. It is tuned for bulk
 * loads of reproducible data on one machine, but commits stay durable: fsync, full_page_writes and synchronous_commit
 * keep their defaults. Measured with 40 000 rows per commit, waiting for the disk costs a tenth at most; not waiting
 * loses the commits of the last half second even if only the server is killed.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usableMemory } from '../base/memory.js';

export const SETTINGS_FILE = 'fleetgen.conf';
const HBA_FILE = 'pg_hba.conf';
const MIB = 1024 * 1024;

/** Writes the settings and the access rules into the instance folder. */
export async function writeSettings(instanceFolder: string, port: number): Promise<void> {
  const hbaFile = join(instanceFolder, HBA_FILE);
  await writeFile(hbaFile, '# Passwords only, from this machine only.\nhost all all 127.0.0.1/32 scram-sha-256\n', {
    mode: 0o644,
  });
  await writeFile(join(instanceFolder, SETTINGS_FILE), settingsText({ port, hbaFile, memory: usableMemory() }), {
    mode: 0o644,
  });
}

export interface SettingsInput {
  readonly port: number;
  readonly hbaFile: string;
  /** Bytes that this machine or container may use. */
  readonly memory: number;
}

/** The text of the settings file. */
export function settingsText({ port, hbaFile, memory }: SettingsInput): string {
  const settings: Record<string, string | number> = {
    // Loopback only; no Unix socket, whose path may not exceed 107 bytes. Measured, both load equally fast.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    hba_file: hbaFile,

    // The same answers on every machine.
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'ISO, YMD',
    lc_messages: 'C',
    lc_monetary: 'C',
    lc_numeric: 'C',
    lc_time: 'C',
    default_text_search_config: 'pg_catalog.english',

    // Without replicas, new tables and indexes need no write-ahead log, only a sync at commit.
    wal_level: 'minimal',
    max_wal_senders: 0,
    // Fewer checkpoints: a load should write each page once.
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '30min',
    wal_buffers: '64MB',

    // Memory is only touched as far as used, so a large value costs a small load nothing.
    shared_buffers: megabytes(memory / 8, 32, 4096),
    effective_cache_size: megabytes(memory / 2, 64, 1024 * 1024),
    // Sorting for index builds, two of which may run at once.
    maintenance_work_mem: megabytes(memory / 16, 32, 1024),
    work_mem: megabytes(memory / 256, 4, 64),
    // Containers often cap /dev/shm at 64 MB, and a logout may clear it; files in the data folder have neither problem.
    ...(process.platform === 'linux' ? { dynamic_shared_memory_type: 'mmap' } : {}),

    // A backend busy in a COPY notices within a second that its client was killed and releases its locks.
    client_connection_check_interval: '1s',
    log_line_prefix: '%m [%p] ',
    // Keeps SQL, which may contain passwords, out of the log.
    log_min_error_statement: 'panic',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`);
  return `# Written by fleetgen at each start. For permanent changes use ALTER SYSTEM SET.\n${lines.join('\n')}\n`;
}

function quoted(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

function megabytes(bytes: number, min: number, max: number): string {
  return `${Math.round(Math.min(Math.max(bytes / MIB, min), max))}MB`;
}
