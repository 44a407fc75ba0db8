import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fastestProducers } from '#src/stream/kafka-run.js';
import { partitionOwners } from '#src/stream/producers/partition-owners.js';
import { smallDataset } from './messages.js';

describe('producers', () => {
  it('are one per core for a long stream, and one for a short one', () => {
    assert.equal(fastestProducers(Number.POSITIVE_INFINITY, 8), 8);
    assert.equal(fastestProducers(1_500_000, 2), 2);
    assert.equal(fastestProducers(1_500_000, 8), 3);
    assert.equal(fastestProducers(300_000, 2), 1);
    assert.equal(fastestProducers(1, 8), 1);
  });
});

describe('partitionOwners', () => {
  const dataset = smallDataset({ vehicles: 40 });

  it('gives each partition to one worker, balancing the number of records', () => {
    // One partition is busier than all the others together.
    const partitionOf = (vehicle: number) => (vehicle < 28 ? 0 : 1 + (vehicle % 4));
    const owners = partitionOwners(dataset, partitionOf, 5, 2);
    assert.equal(owners.length, 5);
    assert.deepEqual(
      owners.map((owner) => owner === owners[0]),
      [true, false, false, false, false],
    );
  });

  it('leaves no worker without a partition, even if a partition is empty', () => {
    const owners = partitionOwners(dataset, () => 0, 6, 3);
    assert.deepEqual([...new Set(owners)].sort(), [0, 1, 2]);
  });

  it('gives all partitions to a single worker', () => {
    assert.deepEqual(
      partitionOwners(dataset, (vehicle) => vehicle % 3, 3, 1),
      [0, 0, 0],
    );
  });
});
