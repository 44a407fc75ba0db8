/** Findings for people: one line each, then the counts. */
import { differences, type Finding, type Findings } from './findings.js';

const STATES = { missing: 'is missing', extra: 'should not be there', doubled: 'is there once more' } as const;

/** Ends with a line feed. */
export function findingsText(findings: Findings): string {
  const lines = findings.list.map((finding) => `${findingText(finding)}\n`).join('');
  const unlisted = differences(findings) - findings.list.length;
  const more = unlisted > 0 ? `and ${unlisted} more differences\n` : '';
  return `${lines}${more}${countsText(findings)}\n`;
}

export function countsText({ compared, changed, missing, extra, doubled }: Findings): string {
  return `${compared} records compared: ${changed} changed, ${missing} missing, ${extra} extra, ${doubled} doubled`;
}

function findingText(finding: Finding): string {
  const record = finding.recordId === null ? 'a record without a record_id' : `record ${finding.recordId}`;
  if (finding.kind !== 'changed') return `${record} ${STATES[finding.kind]}`;
  const values = finding.values.map(
    ({ column, expected, found }) => `${column} is ${shown(found)}, not ${shown(expected)}`,
  );
  return `${record}: ${values.join('; ')}`;
}

/** Whatever was stored, it stays on its line and can't move the cursor. */
function shown(text: string): string {
  return text === '' ? 'null' : JSON.stringify(text).slice(1, -1);
}
