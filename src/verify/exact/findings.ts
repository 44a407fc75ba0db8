/** What a comparison found: exact counts, and the first of the differences in words. */
export type Finding =
  | { readonly kind: 'changed'; readonly recordId: number; readonly values: readonly ChangedValue[] }
  /** `missing`: expected and not there. `extra`: there and not expected. `doubled`: there once more than it should be. */
  | { readonly kind: 'missing' | 'extra' | 'doubled'; readonly recordId: number | null };

/** One value of a record, both as the CSV writes them; an empty text is null. */
export interface ChangedValue {
  readonly column: string;
  readonly expected: string;
  readonly found: string;
}

export interface Findings {
  /** Records that were expected and looked for. */
  compared: number;
  changed: number;
  missing: number;
  extra: number;
  doubled: number;
  /** At most MOST_LISTED of each comparison. */
  readonly list: Finding[];
}

export const MOST_LISTED = 100;

export function noFindings(): Findings {
  return { compared: 0, changed: 0, missing: 0, extra: 0, doubled: 0, list: [] };
}

export function addFinding(findings: Findings, finding: Finding): void {
  findings[finding.kind]++;
  if (findings.list.length < MOST_LISTED) findings.list.push(finding);
}

export function addFindings(total: Findings, part: Findings): void {
  for (const count of ['compared', 'changed', 'missing', 'extra', 'doubled'] as const) total[count] += part[count];
  total.list.push(...part.list.slice(0, MOST_LISTED - total.list.length));
}

/** Records that differ in any way. */
export function differences({ changed, missing, extra, doubled }: Findings): number {
  return changed + missing + extra + doubled;
}
