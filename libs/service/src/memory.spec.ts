import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const LIMIT_MS = 20_000;

it('a process that gave its memory back goes on working', async () => {
  // In a process of its own: one that stands still could not even fail.
  const source = readFileSync(join(__dirname, 'memory.ts'), 'utf8');
  const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } });
  const program = `${outputText}\nexports.release();\nsetTimeout(() => console.log('at work'), 200);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { timeout: LIMIT_MS });
  expect(stdout).toBe('at work\n');
}, LIMIT_MS + 5_000);
