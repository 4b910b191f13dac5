import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { groupSpecs, spread } from '../spec-groups.mjs';

describe('groups of spec files', () => {
  const root = mkdtempSync(join(tmpdir(), 'aftercare-groups-'));
  const folder = join(root, '.local/groups');
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function put(path: string, text = 'it("holds", () => undefined);'): string {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return path;
  }

  it('every spec file is run once: in one group of its project, or alone', () => {
    const grouped = [put('libs/c/src/library.spec.ts'), ...[1, 2, 3].map((number) => put(`services/a/src/deep/${number}.spec.ts`)), put('services/b/src/other.spec.ts')];
    const alone = [put('deploy/local/start.spec.ts'), put('services/a/src/mock.spec.ts', "jest.mock('x');"), put('services/a/src/print.spec.ts', "jest.spyOn(process, 'exit');")];
    put('services/a/node_modules/x/src/strange.spec.ts');
    put('libs/left/src/slow.spec.ts');
    const run = groupSpecs({ root, folder, folders: ['libs', 'services', 'deploy'], without: ['libs/left'] });
    expect(run).toEqual([...['c', 'a', 'b'].map((project) => join(folder, `${project}-1.spec.ts`)), ...alone.map((file) => join(root, file))]);
    const taken = run.slice(0, 3).flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/require\('([^']+)'\)/g)].map(([, file]) => join(folder, file ?? '')));
    expect(taken).toEqual(grouped.map((file) => join(root, file)));
  });

  it('files are spread over as few groups as hold them, neighbours apart', () => {
    expect(spread(['a', 'b', 'c', 'd', 'e'], 2)).toEqual([['a', 'd'], ['b', 'e'], ['c']]);
    expect(spread([], 2)).toEqual([]);
  });
});
