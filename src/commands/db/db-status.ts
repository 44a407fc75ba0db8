/** The embedded server's state in words. */
import type { EmbeddedStatus } from '../../embedded/status.js';

/** Aligned lines, ending in a newline. */
export function statusText(status: EmbeddedStatus): string {
  const facts: [string, string][] = [
    ['server', stateOf(status)],
    ['data', status.initialised ? status.dataFolder : `${status.dataFolder} (not made yet)`],
  ];
  if (status.version !== null && status.binFolder !== null) {
    facts.push(['programs', `PostgreSQL ${status.version} in ${status.binFolder}`]);
  }
  if (status.initialised) facts.push(['log', status.logFile]);
  if (status.systemUser !== null) facts.push(['runs as', `system user ${status.systemUser}`]);
  if (status.problem !== null) facts.push(['problem', status.problem]);
  return facts.map(([name, value]) => `${name.padEnd(9)} ${value}\n`).join('');
}

function stateOf(status: EmbeddedStatus): string {
  if (!status.running) return status.initialised ? 'stopped (fleetgen db start)' : 'never started (fleetgen db start)';
  const until = status.stays ? 'until fleetgen db stop' : 'until its last user is done';
  const place = `127.0.0.1:${status.port}, pid ${status.pid}`;
  return `${status.ready ? 'running' : 'busy starting or stopping'} on ${place}, ${until}`;
}
