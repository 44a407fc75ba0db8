/** Scores, comparisons, the table and the charts of a bench, from made-up figures. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareReports, parseReport } from '#src/bench/report/compare-reports.js';
import { curveSvg, reportHtml } from '#src/bench/report/report-html.js';
import { comparisonText, reportText, valueText } from '#src/bench/report/report-text.js';
import { warningsOf } from '#src/bench/report/warnings.js';
import { madeUpReport } from '../made-up-report.js';

describe('score', () => {
  it('is 1000 for the reference machine and proportional to speed, whatever the unit', () => {
    for (const faster of [1, 2, 0.5]) {
      for (const { name, score } of madeUpReport(faster).stages) assert.equal(score, 1000 * faster, name);
    }
  });
});

describe('comparison', () => {
  it('gives the relative speed of each figure', () => {
    const { rows, notes } = compareReports(madeUpReport(1), madeUpReport(2));
    assert.ok(rows.length > 10);
    for (const { figure, ratio } of rows) assert.ok(Math.abs(ratio - 2) < 1e-9, figure);
    assert.deepEqual(notes, [
      'Then: The machine is busy: others use 40 % of its processor, so these figures are not comparable.',
    ]);
  });

  it('lists the other differences between the reports', () => {
    const earlier = { ...madeUpReport(), algorithmVersion: 0, workers: 8, warnings: [] };
    assert.deepEqual(compareReports(earlier, madeUpReport()).notes, [
      'Another algorithm: then 0, now 1.',
      'Another number of workers: then 8, now 2.',
    ]);
  });

  it('leaves out figures that only one report has', () => {
    const report = madeUpReport();
    const withoutServer = { ...report, stages: report.stages.slice(0, -1) };
    const stages = compareReports(withoutServer, report).rows.map(({ stage }) => stage);
    assert.ok(stages.includes('disk') && !stages.includes('postgres'));
  });

  it('reads the output of --json and rejects anything else', () => {
    const report = madeUpReport();
    assert.deepEqual(parseReport(JSON.stringify(report), 'x'), report);
    const refused = (text: string, message: RegExp) =>
      assert.throws(() => parseReport(text, 'x.json'), { exitCode: 2, code: 'BAD_REPORT', message });
    for (const text of ['', '{', 'null', '[]', '{"command":"generate","formatVersion":1}'])
      refused(text, /not a bench result/);
    refused(JSON.stringify({ ...report, formatVersion: 99 }), /x\.json has format 99/);
    refused(JSON.stringify({ ...report, stages: [{ name: 'disk', figures: [{}] }] }), /damaged/);
    refused(JSON.stringify({ ...report, machine: undefined }), /damaged/);
  });
});

describe('table', () => {
  it('fits 80 columns and holds every figure', () => {
    const report = madeUpReport(1000);
    const text = reportText(report) + comparisonText(compareReports(report, report));
    assert.deepEqual(
      text.split('\n').filter((line) => line.length > 80),
      [],
    );
    for (const { figures } of report.stages) for (const { name } of figures) assert.ok(text.includes(name), name);
    assert.match(text, /^2 +2,900,000 rows\/s +1\.93x +480,000 rows\/s +1\.92x$/m);
  });

  it('chooses the unit by the size of the value', () => {
    assert.equal(valueText('rows/s', 1_234_567.8), '1,234,568 rows/s');
    assert.equal(valueText('bytes/s', 9.87e9), '9.87 GB/s');
    assert.equal(valueText('bytes/s', 850.4e6), '850 MB/s');
    assert.equal(valueText('s', 102e-9), '102 ns');
    assert.equal(valueText('s', 1.034e-6), '1,034 ns');
    assert.equal(valueText('s', 35e-6), '35 us');
    assert.equal(valueText('s', 1.25e-3), '1.25 ms');
  });
});

describe('warnings', () => {
  const quiet = { ...madeUpReport(), inMemory: false };

  it('are absent on an idle machine', () => assert.deepEqual(warningsOf(quiet), []));

  it('name a busy machine, an in-memory folder and diverging rounds', () => {
    const [stage] = quiet.stages;
    const wide = {
      ...stage!,
      figures: [{ name: 'make', unit: 'rows/s', values: [50, 100, 140], median: 100 } as const],
    };
    const warnings = warningsOf({ ...quiet, busyShare: 0.4, inMemory: true, stages: [wide] });
    assert.match(warnings[0]!, /others use 40 %/);
    assert.match(warnings[1]!, /^\/tmp lies in memory/);
    assert.match(warnings[2]!, /up to 90 % \(one core: make\)/);
  });
});

describe('charts', () => {
  it('are an SVG of both curves and a page that embeds it and escapes names', () => {
    const report = madeUpReport();
    const svg = curveSvg(report);
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const label of ['2.90 M', '0.48 M', 'loaded into PostgreSQL']) assert.ok(svg.includes(label), label);
    const html = reportHtml(report);
    assert.ok(html.includes('A &lt;very&gt; &quot;long&quot; name of a processor &amp; its clock'));
    assert.ok(!html.includes('<very>'));
    assert.ok(html.includes('<svg ') && !/(src|href)="/.test(html));
  });
});
