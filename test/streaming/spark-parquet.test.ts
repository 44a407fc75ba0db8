/** Spark reads the Parquet that generate writes as it reads its CSV. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { runProgram } from '../cli/run-cli.js';
import { blockOf } from '../docs/markdown.js';
import { runScript } from './streaming-fixture.js';

/** Every column of both as Spark types it from Parquet; rows of either that the other lacks. */
const COMPARE = `
from pyspark.sql import SparkSession
from pyspark.sql.functions import col

spark = SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
wanted = spark.read.option("header", True).csv("week.csv")
for name in ("week", "decimals"):
    found = spark.read.parquet(f"{name}.parquet")
    typed = wanted.select([(col(c).cast("int") if t == "boolean" else col(c)).cast(t).alias(c) for c, t in found.dtypes])
    print(name, found.count(), found.exceptAll(typed).count(), typed.exceptAll(found).count())
print(found.filter("trip_id is null").count(), found.filter("record_id = 777").count())
`;

test('Spark finds the same values in Parquet as in CSV', { timeout: 15 * 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-spark-'));
  try {
    const { scenario } = await loadScenario('failing-devices');
    const request = { rows: 20_000, vehicles: 30, scenario };
    await generate({ ...request, to: join(folder, 'week.csv') });
    await generate({ ...request, to: join(folder, 'week.parquet'), rowGroupRows: 4096 });
    await generate({ ...request, to: join(folder, 'decimals.parquet'), decimals: true });
    const { stdout, stderr } = await runScript('streaming/fetch.sh', ['pyspark'], folder, {});
    assert.notEqual(stdout.trim(), '', stderr);
    const shown = blockOf('docs/files.md', 'python', 'Spark');
    await writeFile(join(folder, 'compare.py'), `${COMPARE}\n${shown}`);
    const found = await runProgram(join(stdout.trim(), 'bin', 'python'), ['compare.py'], { cwd: folder });
    assert.equal(found.code, 0, found.stderr);
    const [week, decimals, ids, ...table] = found.stdout.split('\n');
    assert.equal(week, 'week 20000 0 0');
    assert.equal(decimals, 'decimals 20000 0 0');
    assert.match(ids!, /^[1-9]\d* 1$/);
    assert.match(table.join('\n'), /road_type\|\s+avg\(speed_kmh\)/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
