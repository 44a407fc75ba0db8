// Writes what the documentation takes from the code: docs/data-dictionary.md and the sample in docs/reference.md.
// Run npm run build first. A test fails while one of them differs from what the code says.
import { readFileSync, writeFileSync } from 'node:fs';
import { dataDictionaryText, withSample } from '../build/scripts/docs-text.js';

const root = new URL('..', import.meta.url);
writeFileSync(new URL('docs/data-dictionary.md', root), dataDictionaryText());
const reference = new URL('docs/reference.md', root);
writeFileSync(reference, withSample(readFileSync(reference, 'utf8')));
