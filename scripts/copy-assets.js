// Copies what the compiler leaves behind (the default scenario) next to the compiled code.
import { chmodSync, copyFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
copyFileSync(new URL('src/scenario/default.yaml', root), new URL('dist/src/scenario/default.yaml', root));
chmodSync(new URL('dist/src/cli.js', root), 0o755);
