import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkFloors, checkPage, checkSizes, checkText, checkTree } from './tidy.js';
import { filesUnder, root, textOf } from './files.js';
import { complete, platformOf } from '../complete-lock.mjs';

const files = filesUnder(root);
const sources = files.filter((path) => /^(libs|services|e2e|deploy)\/.*\.(ts|mjs|cjs)$/.test(path));
const texts = files.filter((path) => /\.(ts|mjs|cjs|js|json|md|ya?ml|proto|sql|sh|conf|html|css)$|Dockerfile|^\.ci\/run$/.test(path));

describe('the repository is tidy', () => {
  it('finds the sources it is to look at', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(sources).toContain('libs/quality/src/tidy.ts');
  });

  it('files, functions and parameter lists keep their limits', () => {
    expect(sources.flatMap((path) => checkSizes(path, textOf(path)))).toEqual([]);
  });

  it('no leftovers, silenced checks, strayed settings, machine paths or secrets', () => {
    expect(texts.flatMap((path) => checkText(path, textOf(path)))).toEqual([]);
  });

  it('every service has its page, tags and entry; every rules file its spec; every spec an assertion', () => {
    expect(checkTree(files, textOf)).toEqual([]);
  });

  it('pages name commands and files that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object };
    const known = { scripts: Object.keys(scripts), exists: (path: string) => existsSync(join(root, path)) };
    const pages = files.filter((path) => path.endsWith('.md'));
    expect(pages).toContain('README.md');
    expect(pages.flatMap((path) => checkPage(path, textOf(path), known))).toEqual([]);
  });

  it('no installed package is below the version where its known holes were closed', () => {
    expect(checkFloors(JSON.parse(textOf('package-lock.json')), JSON.parse(textOf('libs/quality/version-floors.json')))).toEqual([]);
  });
});

describe('the lock file', () => {
  it('names the binaries of every platform, so that npm ci accepts it anywhere (npm run lock)', () => {
    expect(complete(JSON.parse(textOf('package-lock.json')))).toEqual([]);
  });

  it('is completed from what the packages themselves ask for', () => {
    const lock = { packages: { 'node_modules/a': { optionalDependencies: { 'a-darwin-arm64': '1.0.0', 'a-linux-x64': '1.0.0', b: '2.0.0' } }, 'node_modules/a-linux-x64': {} } };
    expect(complete(lock)).toEqual(['a-darwin-arm64@1.0.0']);
    expect(lock.packages).toHaveProperty(['node_modules/a-darwin-arm64', 'os'], ['darwin']);
    expect(platformOf('@swc/core-linux-arm-gnueabihf')).toEqual({ os: ['linux'], cpu: ['arm'] });
    expect(platformOf('fsevents')).toBeUndefined();
  });
});

describe('the check itself', () => {
  const glue = (...parts: string[]): string => parts.join('');
  const at = 'services/parts/src/plan.ts';
  const planted: [string, string, string][] = [
    ['leftover', glue('// TO', 'DO later'), `${at}:1 leftover marker: finish it now or file an issue and remove the line`],
    ['lone test', glue("it.on", "ly('x')"), `${at}:1 a test that is switched off or runs alone: mend it or delete it`],
    ['skipped test', glue("describe.sk", "ip('x')"), `${at}:1 a test that is switched off or runs alone: mend it or delete it`],
    ['silenced lint', glue('// eslint-', 'disable-next-line'), `${at}:1 a silenced check: change the code so that the check agrees`],
    ['silenced types', glue('// @ts-', 'ignore'), `${at}:1 a silenced check: change the code so that the check agrees`],
    ['environment', glue('const a = process', '.env.A'), `${at}:1 environment read outside the configuration: add the variable to libs/service/src/config.ts and take it from Config`],
    ['tables from entities', glue('synchronize', ': true'), `${at}:1 tables made from entities: write a migration (npm run migration <service> <name>)`],
    ['machine path', glue("'/tm", "p/data'"), `${at}:1 a path of one machine: derive it from the repository, os.tmpdir() or a setting`],
    ['registry', glue('https://regis', 'try.example.org/x'), `${at}:1 a package registry by name: .npmrc keeps hosts out of the lock file, run npm install again`],
    ['private key', glue('-----BEGIN PRIVATE ', 'KEY-----MIG'), `${at}:1 a secret: take it out of the history and read it from a *_FILE setting`],
  ];
  it.each(planted)('sees a planted %s', (_, text, message) => {
    expect(checkText(at, text)).toEqual([message]);
    expect(checkText(at, `const quiet = 1;\n${text}`)).toEqual([message.replace(':1 ', ':2 ')]);
  });

  it('lets configuration read the environment', () => {
    expect(checkText('libs/service/src/config.ts', glue('process', '.env.A'))).toEqual([]);
  });

  it('sees a function of 61 lines and lets one of 60 pass', () => {
    const long = (lines: number): string => `function ship() {\n${'  step();\n'.repeat(lines - 2)}}\n`;
    expect(checkSizes(at, long(60))).toEqual([]);
    expect(checkSizes(at, long(61))).toEqual([`${at}:1 ship has 61 lines, the limit is 60: name its steps as functions of their own`]);
  });

  it('measures tests, methods and bound arrow functions, but not a describe block', () => {
    const body = 'x();\n'.repeat(70);
    expect(checkSizes(at, `describe('all', () => {\n${body}});`)).toEqual([]);
    expect(checkSizes(at, `it('one', () => {\n${body}});`)[0]).toContain("'one' has 72 lines");
    expect(checkSizes(at, `const ship = () => {\n${body}};`)[0]).toContain('ship has 72 lines');
    expect(checkSizes(at, `class A { send() {\n${body}} }`)[0]).toContain('send has 72 lines');
  });

  it('sees a file of 401 lines and a function of five parameters', () => {
    expect(checkSizes(at, 'x;\n'.repeat(400))).toEqual([]);
    expect(checkSizes(at, 'x;\n'.repeat(401))).toEqual([`${at} has 401 lines, the limit is 400: a file is a chapter, split it by subject`]);
    expect(checkSizes(at, "it.each([[1, 2, 3, 4, 5]])('row', (a, b, c, d, e) => a);")).toEqual([]);
    expect(checkSizes(at, 'const f = (a, b, c, d, e) => a;')).toEqual([`${at}:1 f takes 5 parameters, the limit is 4: hand over one object`]);
  });

  it('sees a service without page, tags and spec', () => {
    const tree: Record<string, string> = {
      'deploy/services.json': '[{"name":"parts"}]',
      'services/parts/project.json': '{"tags":["type:service"]}',
      'services/parts/package.json': '{}',
      'services/parts/src/main.ts': '',
      'services/parts/src/parts.module.ts': '',
      'services/parts/src/a.rules.ts': '',
      'services/parts/src/b.spec.ts': "it('does', () => {})",
    };
    expect(checkTree(Object.keys(tree), (path) => tree[path])).toEqual([
      'services/parts/README.md is missing: every service has one',
      'services/parts/project.json lacks the tag scope:parts: without it the boundaries do not see the service',
      'services/parts/src/a.rules.spec.ts is missing: a rules file is proved sentence by sentence',
      'services/parts/src/b.spec.ts asserts nothing: say what must hold',
    ]);
  });

  it('sees a page that promises a command or a file that is not there', () => {
    const known = { scripts: ['build'], exists: (path: string) => path === 'services/parts/README.md' };
    expect(checkPage('README.md', '`npm run build` [parts](services/parts/README.md) [web](https://example.org)', known)).toEqual([]);
    expect(checkPage('deploy/README.md', '`npm run fly` [parts](../services/parts/README.md) [gone](gone.md)', known)).toEqual([
      'deploy/README.md names "npm run fly", which package.json lacks',
      'deploy/README.md links to gone.md, which is not there',
    ]);
  });

  it('sees a package below its floor, by major version where floors differ', () => {
    const lock = { packages: { 'node_modules/a': { version: '1.9.0' }, 'node_modules/b/node_modules/a': { version: '2.0.2' }, 'services/x': {} } };
    expect(checkFloors(lock, { a: { '1': '1.9.1', '2': '2.0.2' } })).toEqual([
      'package-lock.json has a 1.9.0, the floor is 1.9.1: raise it, or add an override to package.json',
    ]);
    expect(checkFloors(lock, { a: { '*': '1.10.0' } })).toHaveLength(1);
  });
});
