/** Findings for people: one line each, then the counts. */
import { plural } from '../../base/text.js';
import { type AllFindings, countDifferences, type Finding, type Findings, type RowIdentity } from './findings.js';

/** Of each comparison; JSON has more. */
const MAX_SHOWN = 10;
const STATES = { missing: 'is missing', extra: 'should not be there', doubled: 'is there once more' } as const;

/** Ends with a line feed. */
export function findingsText(all: AllFindings): string {
  const texts = parts(all).map(([what, findings]) => partText(what, findings));
  // Every load writes vehicles, so say it if there were none to compare.
  if (all.vehicle === undefined) texts.push('no vehicles compared: they are not beside the records\n');
  return texts.join('');
}

/** The counts of all that was compared, in one line. */
export function countsText(all: AllFindings): string {
  return parts(all)
    .map(([what, findings]) => partCounts(what, findings))
    .join('; ');
}

function parts({ vehicle, truth, ...records }: AllFindings): [what: string, findings: Findings][] {
  return [
    ['record', records],
    ...(vehicle === undefined ? [] : [['vehicle', vehicle] as [string, Findings]]),
    ...(truth === undefined ? [] : [['truth', truth] as [string, Findings]]),
  ];
}

function partText(what: string, findings: Findings): string {
  const of = what === 'truth' ? 'the truth of ' : '';
  const shown = findings.list.slice(0, MAX_SHOWN);
  const lines = shown.map((finding) => `${of}${findingText(finding)}\n`).join('');
  const unlisted = countDifferences(findings) - shown.length;
  const more = unlisted > 0 ? `and ${unlisted} more ${plural(unlisted, 'difference')}\n` : '';
  return `${lines}${more}${partCounts(what, findings)}\n`;
}

function partCounts(what: string, { compared, changed, missing, extra, doubled }: Findings): string {
  return `${compared} ${plural(compared, what)} compared: ${changed} changed, ${missing} missing, ${extra} extra, ${doubled} doubled`;
}

function findingText(finding: Finding): string {
  const row = rowText(finding);
  if (finding.kind !== 'changed') return `${row} ${STATES[finding.kind]}`;
  const values = finding.values.map(
    ({ column, expected, found }) => `${column} is ${valueText(found)}, not ${valueText(expected)}`,
  );
  return `${row}: ${values.join('; ')}`;
}

function rowText(row: RowIdentity): string {
  if ('recordId' in row) return row.recordId === null ? 'a record without a record_id' : `record ${row.recordId}`;
  return row.vehicleId === null ? 'a vehicle with a foreign vehicle_id' : `vehicle ${row.vehicleId}`;
}

/** Stored values stay on their line and can't move the cursor. */
function valueText(text: string): string {
  return text === '' ? 'null' : JSON.stringify(text).slice(1, -1);
}
