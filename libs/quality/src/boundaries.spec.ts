import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { services } from './files.js';
import { copyWorkspace } from '../workspace.mjs';

/** Plants violations in a copy of the workspace: a boundary that nothing can break is no boundary. */
describe('boundaries', () => {
  let copy: ReturnType<typeof copyWorkspace>;

  beforeAll(() => {
    copy = copyWorkspace('boundaries');
    for (const { name } of services()) rmSync(join(copy.dir, 'services', name, 'src'), { recursive: true, force: true });
    plant('services/dealers/src/dealer.ts', 'export const dealer = 1;');
    plant('services/parts/src/innocent.ts', "import { newId } from '@aftercare/domain';\nexport const id = newId();");
    plant('services/parts/src/neighbour.ts', "export { dealer } from '../../dealers/src/dealer.js';");
    plant('services/parts/src/alias.ts', "export * from '@aftercare/dealers';");
    plant('services/parts/src/plan.rules.ts', "import { Entity } from 'typeorm';\nexport const plan = Entity;");
    plant('services/parts/src/chicken.ts', "import { egg } from './egg.js';\nexport const chicken = () => egg;");
    plant('services/parts/src/egg.ts', "import { chicken } from './chicken.js';\nexport const egg = () => chicken;");
    plant('services/parts/src/part.handlers.ts', 'export const handle = 1;');
    plant('services/parts/src/part.entity.ts', "export { handle } from './part.handlers.js';");
    plant('services/parts/src/deep.ts', "export * from '../../../libs/domain/src/money.js';");
    plant('libs/contracts/src/planted.ts', "export { newId } from '@aftercare/domain';");
    plant('libs/domain/src/planted.ts', "export { dealer } from '../../../services/dealers/src/dealer.js';");
  });
  afterAll(() => copy.remove());

  function plant(path: string, text: string): void {
    mkdirSync(dirname(join(copy.dir, path)), { recursive: true });
    writeFileSync(join(copy.dir, path), `${text}\n`);
  }

  function run(command: string, ...args: string[]): { status: number | null; output: string } {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NX_DAEMON: 'false', NX_CACHE_DIRECTORY: join(copy.dir, '.nx/cache'), NX_WORKSPACE_ROOT_PATH: copy.dir };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy.dir, 'node_modules', command), ...args], { cwd: copy.dir, env, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  it('lint, through Nx as well, refuses a service in a service, a library in the contracts, a service in a library', () => {
    const service = run('nx/dist/bin/nx.js', 'run', 'parts:lint', '--skipNxCache', '--excludeTaskDependencies', '--output-style=stream');
    // Of the libraries the planted files only: the rest of them is linted by the repository itself.
    const libraries = run('eslint/bin/eslint.js', 'libs/contracts/src/planted.ts', 'libs/domain/src/planted.ts');
    for (const { status } of [service, libraries]) expect(status).not.toBe(0);
    const output = service.output + libraries.output;
    for (const path of ['services/parts/src/neighbour.ts', 'services/parts/src/alias.ts', 'libs/contracts/src/planted.ts', 'libs/domain/src/planted.ts', 'services/parts/src/deep.ts']) {
      expect(output).toMatch(new RegExp(`${path}\\n(?:\\S+:)? +\\d+:\\d+ +error .*@nx/enforce-module-boundaries`));
    }
    expect(output).not.toContain('innocent.ts');
  }, 300_000);

  it('dependency-cruiser refuses impure rules, circles, entities that know handlers, services that know each other', () => {
    const { status, output } = run('dependency-cruiser/bin/dependency-cruise.mjs', 'libs', 'services', '--config', '.dependency-cruiser.cjs', '--output-type', 'err');
    expect(status).not.toBe(0);
    for (const broken of [
      'error rules-are-pure: services/parts/src/plan.rules.ts → ',
      'error no-cycles: services/parts/src/chicken.ts → ',
      'error entities-know-no-handlers: services/parts/src/part.entity.ts → services/parts/src/part.handlers.ts',
      'error services-are-strangers: services/parts/src/neighbour.ts → services/dealers/src/dealer.ts',
      'error contracts-stand-alone: libs/contracts/src/planted.ts → libs/domain/src/index.ts',
      'error libs-know-no-service: libs/domain/src/planted.ts → services/dealers/src/dealer.ts',
      'error libs-through-their-index: services/parts/src/deep.ts → libs/domain/src/money.ts',
    ]) expect(output.replace(/\s+/g, ' ')).toContain(broken);
    expect(output).not.toContain('innocent.ts');
  }, 180_000);
});
