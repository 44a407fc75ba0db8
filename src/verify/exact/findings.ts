/** What a comparison found: exact counts, and the first of the differences in words. */

/** A row that differs. */
export type Finding = RowIdentity &
  (
    | { readonly kind: 'changed'; readonly values: readonly ChangedValue[] }
    /**
     * `missing`: expected and not there. `extra`: there and not expected. `doubled`: there once more than it should be.
     */
    | { readonly kind: 'missing' | 'extra' | 'doubled' }
  );

/** Identifies a row of the records and their truth, or of the vehicles; null for one with an invalid key. */
export type RowIdentity = { readonly recordId: number | null } | { readonly vehicleId: string | null };

/** One value of a record, both as the CSV writes them; an empty text is null. */
export interface ChangedValue {
  readonly column: string;
  readonly expected: string;
  readonly found: string;
}

/** What a comparison found: exact counts of rows, and the first of the differences. */
export interface Findings {
  /** Records that were expected and looked for. */
  compared: number;
  changed: number;
  missing: number;
  extra: number;
  doubled: number;
  /** At most MAX_LISTED of each comparison. */
  readonly list: Finding[];
}

/** Of a table with those of its companions that exist. */
export interface AllFindings extends Findings {
  vehicle?: Findings;
  truth?: Findings;
}

export const MAX_LISTED = 100;

export function emptyFindings(): Findings {
  return { compared: 0, changed: 0, missing: 0, extra: 0, doubled: 0, list: [] };
}

export function addFinding(findings: Findings, finding: Finding): void {
  findings[finding.kind]++;
  if (findings.list.length < MAX_LISTED) findings.list.push(finding);
}

export function addFindings(total: Findings, part: Findings): void {
  for (const count of ['compared', 'changed', 'missing', 'extra', 'doubled'] as const) total[count] += part[count];
  total.list.push(...part.list.slice(0, MAX_LISTED - total.list.length));
}

/** Sorts the list in the order of the rows; those with invalid keys come last. */
export function sortFindings({ list }: Findings): void {
  const keyOf = (finding: Finding) => ('recordId' in finding ? finding.recordId : finding.vehicleId);
  list.sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x < y ? -1 : Number(x > y);
  });
}

/** Rows that differ in any way. */
export function countDifferences({ changed, missing, extra, doubled }: Findings): number {
  return changed + missing + extra + doubled;
}

/** Including the companions. */
export function countAllDifferences(all: AllFindings): number {
  return [all, all.vehicle, all.truth].reduce(
    (sum, each) => sum + (each === undefined ? 0 : countDifferences(each)),
    0,
  );
}
