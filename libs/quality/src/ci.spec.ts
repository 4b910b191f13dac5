import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { root, textOf } from './files.js';

interface Workflow {
  on: object;
  permissions: Record<string, string>;
  jobs: Record<string, { 'runs-on': string; 'timeout-minutes': number; strategy?: { matrix: { node: number[] } }; steps: { uses?: string; run?: string }[] }>;
}
const workflow = load(textOf('.github/workflows/ci.yml')) as Workflow;

describe('continuous integration', () => {
  it('.ci/run is a script that runs npm test and passes on its result', () => {
    expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111);
    expect(spawnSync('bash', ['-n', join(root, '.ci/run')])).toMatchObject({ status: 0 });
    expect(textOf('.ci/run')).toMatch(/^set -euo pipefail$/m);
    expect(textOf('.ci/run').trimEnd()).toMatch(/exec npm test --silent$/);
  });

  it('the workflow runs the same script on both supported Node lines', () => {
    expect(workflow.jobs.test.strategy?.matrix.node).toEqual([20, 24]);
    expect(workflow.jobs.test.steps.map(({ run }) => run)).toContain('bash .ci/run');
  });

  it('asks for advisories where a registry answers them, checks the containers, and may only read', () => {
    const commands = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
    expect(commands.some((command) => command.startsWith('npm audit'))).toBe(true);
    expect(commands.some((command) => command.startsWith('docker compose config'))).toBe(true);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});
