// npm run openapi writes openapi.json from the built gateway; npm run openapi:check fails when the committed one is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { documentForReview } = createRequire(import.meta.url)('./dist/openapi/review.js');
const file = new URL('openapi.json', import.meta.url);
const document = await documentForReview();
const committed = (() => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
})();

if (process.argv.includes('--check')) {
  if (document !== committed) {
    process.stderr.write('services/gateway/openapi.json is stale: run npm run openapi and commit it\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, document);
  process.stdout.write(`services/gateway/openapi.json: ${Object.keys(JSON.parse(document).paths).length} paths\n`);
}
