import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkRules, type Source } from './architecture.js';
import { filesUnder } from './files.js';
import { checkSizes, checkText, checkTree } from './tidy.js';
import { copyWorkspace } from '../workspace.mjs';

/** Makes a service in a copy of the workspace and runs on it what the repository runs on every service. */
describe('the service generator', () => {
  let copy: ReturnType<typeof copyWorkspace>;
  const read = (path: string): string => readFileSync(join(copy.dir, path), 'utf8');

  function run(command: string, ...args: string[]): string {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NX_DAEMON: 'false', NX_CACHE_DIRECTORY: join(copy.dir, '.nx/cache'), NX_WORKSPACE_ROOT_PATH: copy.dir };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy.dir, 'node_modules', command), ...args], { cwd: copy.dir, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
    return stdout + stderr;
  }

  beforeAll(() => {
    copy = copyWorkspace('generator');
    run('nx/dist/bin/nx.js', 'generate', '@aftercare/quality:service', 'loans', '--document=loan', '--rule=K-8', '--no-interactive');
  }, 180_000);
  afterAll(() => copy.remove());

  it('puts the service on the lists that deployment and tests read', () => {
    expect(JSON.parse(read('deploy/services.json'))).toContainEqual(expect.objectContaining({ name: 'loans', database: 'aftercare_loans' }));
    expect(read('deploy/services.json').split('\n')[1]).toBe(readFileSync(join(__dirname, '../../../deploy/services.json'), 'utf8').split('\n')[1]);
    expect(read('docker-compose.yml')).toContain('loans_database_url');
    expect(read('deploy/postgres/init.sql')).toContain('create database aftercare_loans');
    expect(read('package-lock.json')).toContain('"node_modules/@aftercare/loans"');
  });

  it('writes what is tidy, whole and proved', () => {
    const files = filesUnder(copy.dir);
    const own = files.filter((path) => path.startsWith('services/loans/'));
    const sources: Source[] = own.map((path) => ({ path, text: read(path) }));
    expect(own).toHaveLength(13);
    expect(checkTree(files, read).filter((problem) => problem.includes('services/loans/'))).toEqual([]);
    expect(sources.flatMap(({ path, text }) => [...checkText(path, text), ...checkSizes(path, text)])).toEqual([]);
    expect(checkRules('loans', sources)).toEqual([]);
  });

  it('passes the contract’s lint, the compiler, the lint and its own specs', () => {
    run('@bufbuild/buf/bin/buf', 'lint', 'proto');
    run('nx/dist/bin/nx.js', 'run-many', '-t', 'typecheck,lint', '-p', 'loans', '--skipNxCache', '--output-style=stream');
    expect(run('jest/bin/jest.js', 'services/loans')).toMatch(/Tests: +5 passed, 5 total/);
  }, 600_000);
});
