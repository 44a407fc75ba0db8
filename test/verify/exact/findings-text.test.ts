import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addFinding, emptyFindings } from '#src/verify/exact/findings.js';
import { findingsText } from '#src/verify/exact/findings-text.js';

it('shows the first ten differences and counts the others', () => {
  const findings = emptyFindings();
  for (let recordId = 0; recordId < 150; recordId++) addFinding(findings, { kind: 'missing', recordId });
  const lines = findingsText(findings).split('\n');
  assert.equal(lines[9], 'record 9 is missing');
  assert.equal(lines[10], 'and 140 more differences');
  assert.match(lines[11]!, /: 0 changed, 150 missing, 0 extra, 0 doubled$/);
  assert.equal(findings.list.length, 100);
});
