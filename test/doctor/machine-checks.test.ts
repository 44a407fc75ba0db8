import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Machine, machineChecks, thisMachine } from '#src/doctor/machine-checks.js';

const GOOD: Machine = {
  node: 'v24.6.0',
  cores: 4,
  memoryBytes: 8e9,
  availableBytes: 6e9,
  diskBytes: 50e9,
  zstdLacks: undefined,
};

const found = (machine: Partial<Machine>, name: string) => {
  const check = machineChecks({ ...GOOD, ...machine }).find((each) => each.name === name);
  return `${check?.status}: ${check?.message}`;
};

describe('the checks of the machine', () => {
  it('find nothing wrong with a good one', () => {
    assert.deepEqual(
      machineChecks(GOOD).map(({ name, status }) => [name, status]),
      ['node', 'zstd', 'cores', 'memory', 'disk'].map((name) => [name, 'ok']),
    );
  });

  it('say what is missing', () => {
    assert.match(found({ node: 'v20.1.0' }, 'node'), /^failed: Node.js 20.1.0 is not supported \(\^20.*\): install/);
    assert.match(found({ zstdLacks: 'Node.js 22.15 or newer' }, 'zstd'), /^note: .* need Node.js 22.15 or newer$/);
    assert.equal(
      found({ availableBytes: 300e6 }, 'memory'),
      'note: 8.00 GB, 300 MB available: little for 4 threads; give fewer --workers',
    );
    assert.match(found({ memoryBytes: 256e6 }, 'memory'), /^note: 256 MB, 256 MB available: little/);
    assert.match(found({ diskBytes: 1.5e9 }, 'disk'), /^note: 1.50 GB free/);
    assert.match(found({ diskBytes: 5e6 }, 'disk'), /^failed: 5.00 MB free .*: free some space/);
    assert.match(found({ diskBytes: new Error('ENOSYS') }, 'disk'), /^note: .* is not known \(ENOSYS\)/);
  });

  it('look at this machine', async () => {
    const machine = await thisMachine();
    assert.equal(machine.node, process.version);
    assert.ok(machine.cores >= 1 && machine.availableBytes > 0);
    assert.ok(typeof machine.diskBytes === 'number' && machine.diskBytes > 0);
  });
});
