/**
 * What limits this machine, in words. It is derived from the loads: which programs used the processor, and what changes
 * if the server doesn't have to parse text or write its log.
 */
import type { CpuShares } from '../measure/database.js';
import type { CurvePoint } from './report.js';

/** Rows a second. */
export interface LoadRates {
  readonly csv: number;
  readonly binary: number;
  readonly unlogged: number;
  /** The server is on this machine. */
  readonly local: boolean;
  readonly use: CpuShares;
  /** Whether other programs used the processor. */
  readonly busy: boolean;
}

export interface VerdictInput {
  /** Generating rows, by number of threads. */
  readonly make: readonly CurvePoint[];
  readonly load?: LoadRates;
}

/** A load that reaches this share of the threads' rate is limited by them. */
const LIMITED_SHARE = 0.8;
/** If more of the processor than this is idle, it is not the bottleneck. */
const IDLE_SHARE = 0.2;
/** A ratio above this is more than noise. */
const SIGNIFICANT_RATIO = 1.15;

/** One sentence each. */
export function verdictOf({ make, load }: VerdictInput): string[] {
  return [...(load === undefined ? [] : [loadSentence(make.at(-1)!, load)]), ...scalingSentence(make)];
}

function loadSentence(made: CurvePoint, load: LoadRates): string {
  const { csv, local, use } = load;
  const share = csv / made.median;
  const idle = 1 - use.fleetgen - use.others;
  if (share >= LIMITED_SHARE) {
    return `The making of rows limits a load: the server takes ${percent(share)} of what ${threads(made.workers)} make. Faster or more cores here help.`;
  }
  const binary = load.binary / csv;
  const unlogged = load.unlogged / csv;
  if (idle > IDLE_SHARE) return `${waiting(local, unlogged, idle)}${levers(binary, unlogged)}`;
  if (!local) {
    return `The processor of this machine limits a load: fleetgen uses ${percent(use.fleetgen)} of it, other programs ${percent(use.others)}.${levers(binary, unlogged)}`;
  }
  const who = load.busy ? 'the server and other programs use' : 'the server uses';
  const shares = `${who} ${percent(use.others)} of the processor and fleetgen ${percent(use.fleetgen)}`;
  const what =
    binary >= SIGNIFICANT_RATIO && binary >= unlogged
      ? "The server's parsing of text limits a load"
      : unlogged >= SIGNIFICANT_RATIO
        ? "The server's log limits a load"
        : use.others >= use.fleetgen
          ? "The server's processor time limits a load"
          : 'The processor limits a load';
  return `${what}: ${shares}. More or faster cores help.${levers(binary, unlogged)}`;
}

function waiting(local: boolean, unlogged: number, idle: number): string {
  const idleText = `this machine's processor is idle for ${percent(idle)} of the time`;
  if (unlogged >= SIGNIFICANT_RATIO)
    return `The server's log limits a load: ${idleText}. A faster disk for the server helps.`;
  if (local) return `Waiting in the server (disk or locks) limits a load: ${idleText}.`;
  return `The server, or the network to it, limits a load: ${idleText}. More --workers may help.`;
}

/** What would help. */
function levers(binary: number, unlogged: number): string {
  const found = [
    ...(binary >= SIGNIFICANT_RATIO ? [`binary rows, the default of a load, go ${times(binary)} as fast`] : []),
    ...(unlogged >= SIGNIFICANT_RATIO ? [`--unlogged tables ${times(unlogged)}`] : []),
  ];
  return found.length === 0 ? '' : ` ${capital(found.join(', '))}.`;
}

function scalingSentence(make: readonly CurvePoint[]): string[] {
  const [one] = make;
  const all = make.at(-1);
  if (one === undefined || all === undefined || all.workers === 1) return [];
  const gain = all.median / one.median;
  const how = gain / all.workers;
  const judgement =
    how >= 0.9
      ? 'each has a core of its own'
      : how >= 0.6
        ? 'they share something: hyperthreads, clock or memory'
        : 'they are not as many cores: a quota, a busy machine or hyperthreads';
  return [`${capital(threads(all.workers))} make ${times(gain)} the rows of one: ${judgement}.`];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const times = (ratio: number): string => `${ratio.toFixed(ratio < 9.95 ? 2 : 1)} times`;
const threads = (count: number): string => (count === 1 ? 'one thread' : `${count} threads`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
