/** The curves as a picture (SVG), and the whole report as a self-contained page (HTML). */
import * as echarts from 'echarts';
import { spreadText } from '../measure/round-statistics.js';
import { type BenchReport, type Curve, type CurveName, curveOf } from './report.js';
import { machineText, serverText, valueText } from './report-text.js';

const SIZE = { width: 900, height: 420 };
const TITLES: Readonly<Record<CurveName, string>> = {
  make: 'made (simulated, encoded, digested)',
  load: 'loaded into PostgreSQL',
};

/** Rows per second by workers; each curve with its line of linear scaling. */
export function curveSvg({ curves, machine }: BenchReport): string {
  const plot = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    plot.setOption({
      animation: false,
      backgroundColor: '#fff',
      title: {
        text: 'Rows a second by workers',
        subtext: `${machine.cpu}, ${machine.cores} cores; dashed: linear scaling of the first worker`,
        left: 10,
        top: 5,
      },
      legend: { bottom: 5, data: curves.map(({ name }) => TITLES[name]) },
      grid: { left: 80, right: 30, top: 70, bottom: 85 },
      xAxis: { type: 'category', name: 'workers', nameLocation: 'middle', nameGap: 25, data: counts(curves) },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => `${value / 1e6} M` } },
      series: curves.flatMap(seriesOf),
    });
    return plot.renderToSVGString();
  } finally {
    plot.dispose();
  }
}

function counts(curves: readonly Curve[]): string[] {
  return curveOf(curves, 'make').map(({ workers }) => String(workers));
}

function seriesOf({ name, points }: Curve, index: number) {
  const color = ['#2f6fab', '#c0532b'][index]!;
  const first = points[0]!;
  const line = { type: 'line', color, symbolSize: 8 } as const;
  return [
    {
      ...line,
      name: TITLES[name],
      data: points.map((point) => Math.round(point.median)),
      label: { show: true, position: 'top', formatter: ({ value }: { value?: unknown }) => millions(Number(value)) },
    },
    {
      ...line,
      data: points.map((point) => Math.round((first.median * point.workers) / first.workers)),
      lineStyle: { type: 'dashed', opacity: 0.5 },
      symbol: 'none',
    },
  ];
}

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

export function reportHtml(report: BenchReport): string {
  const rows = report.stages.flatMap(({ name, score, figures }) =>
    figures.map(({ name: figure, unit, values, median }, i) => {
      const cells = [figure, valueText(unit, median), spreadText(values)].map((text) => `<td>${escapeHtml(text)}</td>`);
      const span = `rowspan="${figures.length}"`;
      const [before, after] =
        i === 0 ? [`<th ${span}>${escapeHtml(name)}</th>`, `<td ${span}>${score}</td>`] : ['', ''];
      return `<tr>${before}${cells.join('')}${after}</tr>`;
    }),
  );
  const sentences = (texts: readonly string[], kind: string) =>
    texts.map((text) => `<p class="${kind}">${escapeHtml(text)}</p>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>fleetgen bench, ${escapeHtml(report.machine.cpu)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 920px; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse }
th, td { padding: .2em .8em; text-align: right; border-bottom: 1px solid #ddd }
th, td:first-child, th + td { text-align: left; vertical-align: top }
svg { max-width: 100%; height: auto }
.warning { background: #fff3d6; padding: .4em .8em }
</style>
<h1>fleetgen bench</h1>
<p>${escapeHtml(machineText(report.machine))}<br>
${escapeHtml(serverText(report))}<br>
fleetgen ${escapeHtml(report.fleetgenVersion)}, algorithm ${report.algorithmVersion}, ${escapeHtml(report.date)}</p>
${sentences(report.warnings, 'warning').join('\n')}
${sentences(report.verdict, 'verdict').join('\n')}
<table>
<tr><th>stage</th><th>figure</th><th>median</th><th>spread</th><th>score</th></tr>
${rows.join('\n')}
</table>
${curveSvg(report)}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
