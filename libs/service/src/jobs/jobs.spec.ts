import { JobService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { ServiceError, type CallContext } from '@aftercare/messaging';
import { gate } from '../spec-support/sample-jobs.js';
import { sampleDefinition } from '../spec-support/sample.js';
import { jobErrors } from './job-errors.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(sampleDefinition);
});
afterAll(() => service.stop());
afterEach(() => {
  gate.reached = () => {};
  gate.open = Promise.resolve();
});

const FRAME = 500;

async function stage(ctx: CallContext, rows: Record<string, string>[], options: { dryRun?: boolean; dealerId?: string } = {}): Promise<string> {
  const jobs = service.client(JobService, ctx);
  const { id } = await jobs.beginJob({
    kind: 'import-samples', options: JSON.stringify({ dealerId: options.dealerId ?? newId() }), dryRun: options.dryRun ?? false, fileName: 'samples.xlsx',
  });
  for (let start = 0, frame = 1; start < rows.length; start += FRAME, frame += 1) {
    const part = rows.slice(start, start + FRAME).map((cells, index) => ({ row: start + index + 2, cells }));
    await jobs.appendRows({ id, frame, rows: part });
  }
  return id;
}

async function finished(ctx: CallContext, id: string) {
  for (;;) {
    const job = await service.client(JobService, ctx).getJob({ id });
    if (job.state === 'done' || job.state === 'failed') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rowsOf = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ number: `${prefix}-${index}`, amount: '1.00' }));
const countOf = async (prefix: string) => (await service.sql<{ count: number }>('select count(*)::int as count from sample where number like $1', [`${prefix}-%`]))[0].count;

it('imports 10 000 rows at once and says how many', async () => {
  const ctx = service.ctx();
  const id = await stage(ctx, rowsOf('many', 10_000));
  await service.client(JobService, ctx).startJob({ id, totalRows: 10_000 });
  const job = await finished(ctx, id);
  expect(job).toMatchObject({ state: 'done', progress: 10_000, total: 10_000, result: '{"imported":10000}', errors: [] });
  expect(await countOf('many')).toBe(10_000);
  expect(await service.sql('select from job_row where job_id = $1', [id])).toHaveLength(0);
});

it('a dry run checks everything and changes nothing', async () => {
  const ctx = service.ctx();
  const id = await stage(ctx, rowsOf('dry', 3), { dryRun: true });
  await service.client(JobService, ctx).startJob({ id, totalRows: 3 });
  expect(await finished(ctx, id)).toMatchObject({ state: 'done', dryRun: true, result: '{"valid":true}' });
  expect(await countOf('dry')).toBe(0);
});

it('a file with faults imports nothing and names them by row and column', async () => {
  const ctx = service.ctx();
  await service.sql(`insert into sample (id, dealer_id, number) values (gen_random_uuid(), gen_random_uuid(), 'bad-1')`);
  const id = await stage(ctx, [{ number: 'bad-0', amount: '1.00' }, { number: 'bad-1', amount: 'one' }, { number: 'bad-2', amount: '1.0' }]);
  await service.client(JobService, ctx).startJob({ id, totalRows: 3 });
  const job = await finished(ctx, id);
  expect(job.state).toBe('failed');
  expect(job.errors.map(({ row, column, code }) => [row, column, code])).toEqual([
    [3, 'amount', 'AMOUNT_INVALID'], [3, 'number', 'NUMBER_TAKEN'], [4, 'amount', 'AMOUNT_INVALID'],
  ]);
  expect(await countOf('bad')).toBe(1);
});

it('faults that show only when writing undo everything as well', async () => {
  const ctx = service.ctx();
  const id = await stage(ctx, [{ number: 'refuse', amount: '1.00' }, { number: 'late-1', amount: '1.00' }]);
  await service.client(JobService, ctx).startJob({ id, totalRows: 2 });
  const job = await finished(ctx, id);
  expect(job).toMatchObject({ state: 'failed', errors: [{ row: 2, column: 'number', code: 'REFUSED' }] });
  expect(await countOf('late')).toBe(0);
  expect(await service.sql(`select from sample where number = 'refuse'`)).toHaveLength(0);
});

it('a frame that comes twice counts once, and a job with missing rows does not start', async () => {
  const ctx = service.ctx();
  const jobs = service.client(JobService, ctx);
  const id = await stage(ctx, rowsOf('twice', 2));
  const again = { id, frame: 1, rows: rowsOf('twice', 2).map((cells, index) => ({ row: index + 2, cells })) };
  expect(await jobs.appendRows(again)).toMatchObject({ staged: 2 });
  await expect(jobs.startJob({ id, totalRows: 3 })).rejects.toMatchObject({ code: 'failed_precondition', reason: 'ROWS_MISSING' });
  await jobs.startJob({ id, totalRows: 2 });
  await expect(jobs.startJob({ id, totalRows: 2 })).rejects.toMatchObject({ reason: 'JOB_STARTED' });
  await expect(jobs.appendRows(again)).rejects.toMatchObject({ reason: 'JOB_STARTED' });
  await finished(ctx, id);
});

it('ends with a clear sentence when its sender died between two frames; the same file can be sent again', async () => {
  const ctx = service.ctx({ locale: 'en' });
  const rows = rowsOf('broken', 2 * FRAME);
  const id = await stage(ctx, rows.slice(0, FRAME));
  await service.moveClock('10m');
  await service.client(JobService, ctx).appendRows({ id, frame: 2, rows: [{ row: FRAME + 2, cells: rows[FRAME] }] });
  await service.moveClock('10m');
  await service.drain();
  expect(await service.client(JobService, ctx).getJob({ id })).toMatchObject({ state: 'staging' });
  await service.moveClock('6m');
  await service.drain();
  expect(await service.client(JobService, ctx).getJob({ id })).toMatchObject({
    state: 'failed', errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF', message: expect.stringContaining('Send the same file again.') as string }],
  });
  expect(await service.sql('select from job_row where job_id = $1', [id])).toHaveLength(0);
  await expect(service.client(JobService, ctx).startJob({ id, totalRows: 1 })).rejects.toMatchObject({ reason: 'JOB_STARTED' });

  const again = await stage(ctx, rows);
  await service.client(JobService, ctx).startJob({ id: again, totalRows: rows.length });
  expect(await finished(ctx, again)).toMatchObject({ state: 'done', errors: [] });
  await service.moveClock('1h');
  await service.drain();
  expect(await service.client(JobService, ctx).getJob({ id: again })).toMatchObject({ state: 'done' });
  expect(await countOf('broken')).toBe(rows.length);
});

it('says that its file is still to be read; what cannot be read ends it, for good and by its sender alone', async () => {
  const ctx = service.ctx();
  const jobs = service.client(JobService, ctx);
  const { id } = await jobs.beginJob({ kind: 'import-samples', options: JSON.stringify({ dealerId: newId() }), fileName: 'samples.xlsx', reading: true });
  expect(await jobs.getJob({ id })).toMatchObject({ state: 'reading' });
  expect(await jobs.appendRows({ id, frame: 1, rows: [{ row: 2, cells: { number: 'read-1', amount: '1.00' } }] })).toMatchObject({ staged: 1 });
  expect(await jobs.getJob({ id })).toMatchObject({ state: 'staging' });
  const fault = { id, errors: [{ row: 0, column: '', code: 'SHEET_UNREADABLE', message: 'no sheet' }] };
  await expect(service.client(JobService, service.ctx()).refuseJob(fault)).rejects.toMatchObject({ code: 'not_found' });
  expect(await jobs.refuseJob(fault)).toMatchObject({ state: 'failed' });
  expect(await jobs.getJob({ id })).toMatchObject({ state: 'failed', errors: fault.errors, finishedAt: expect.stringContaining('T') as string });
  expect(await service.sql('select from job_row where job_id = $1', [id])).toHaveLength(0);
  await expect(jobs.refuseJob(fault)).rejects.toMatchObject({ reason: 'JOB_STARTED' });
  expect(await service.sql(`select action from audit_entry where kind = 'job' and document_id = $1 order by at, id`, [id])).toEqual([{ action: 'begin' }, { action: 'refuse' }]);
});

it('has the id that its sender gave it, which nobody takes twice', async () => {
  const jobs = service.client(JobService, service.ctx());
  const given = newId();
  expect(await jobs.beginJob({ kind: 'import-samples', id: given })).toMatchObject({ id: given });
  await expect(jobs.beginJob({ kind: 'import-samples', id: given })).rejects.toMatchObject({ reason: 'JOB_STARTED' });
  await expect(jobs.beginJob({ kind: 'import-samples', id: 'mine' })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
});

it.each(['aborted', 'resource_exhausted', 'unavailable'] as const)('tries again what was %s', async (code) => {
  const ctx = service.ctx();
  const id = await stage(ctx, [{ number: `again-${code}`, amount: '1.00' }]);
  let attempts = 0;
  gate.reached = () => {
    attempts += 1;
    gate.open = attempts === 1 ? Promise.reject(new ServiceError(code, 'BUSY', 'Not now.')) : Promise.resolve();
  };
  await service.client(JobService, ctx).startJob({ id, totalRows: 1 });
  while (attempts === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await service.client(JobService, ctx).getJob({ id })).toMatchObject({ state: 'running' });
  await service.sql('update job set lease_until = now() where id = $1', [id]);
  expect([await finished(ctx, id), attempts]).toMatchObject([{ state: 'done', errors: [] }, 2]);
});

it.each([
  ['aborted', 'STALE_VERSION'], ['failed_precondition', 'STEP_NOT_ALLOWED'], ['invalid_argument', 'VALUE_INVALID'], ['not_found', 'NOT_FOUND'], ['permission_denied', 'ROLE_NOT_ALLOWED'],
] as const)('X-8: ends at once with what no repetition mends (%s %s), told in the language of who started it', async (code, reason) => {
  const ctx = service.ctx({ locale: 'en' });
  const id = await stage(ctx, [{ number: `once-${code}`, amount: '1.00' }]);
  let attempts = 0;
  gate.reached = () => {
    attempts += 1;
    gate.open = Promise.reject(new ServiceError(code, reason, 'As the log says it.', { field: 'version' }));
  };
  await service.client(JobService, ctx).startJob({ id, totalRows: 1 });
  const { state, errors } = await finished(ctx, id);
  expect([state, errors, attempts]).toMatchObject(['failed', jobErrors(ctx, [{ row: 0, column: 'version', code: reason }]), 1]);
  expect(await countOf('once')).toBe(0);
});

it('whose last attempt fails on our side says so in the language of who started it', async () => {
  const ctx = service.ctx({ locale: 'zh-CN' });
  gate.reached = () => {
    gate.open = Promise.reject(new Error('broken'));
  };
  const id = await stage(ctx, rowsOf('inside', 1));
  await service.sql(`update job set state = 'running', total = 1, attempts = 4, lease_token = gen_random_uuid(), lease_until = now() where id = $1`, [id]);
  expect(await finished(ctx, id)).toMatchObject({ state: 'failed', errors: [{ row: 0, column: '', code: 'INTERNAL', message: expect.stringContaining('系统内部出错') as string }] });
});

it('waits for its file to be read as long as the file is kept, since it was accepted; once rows come, as long as for any other', async () => {
  const ctx = service.ctx();
  const jobs = service.client(JobService, ctx);
  const begin = async () => (await jobs.beginJob({ kind: 'import-samples', fileName: 'samples.xlsx', reading: true })).id;
  const stateAfter = async (moved: string, id: string) => {
    await service.moveClock(moved);
    await service.drain();
    return jobs.getJob({ id });
  };
  const [unread, read] = [await begin(), await begin()];
  expect(await stateAfter('23h', unread)).toMatchObject({ state: 'reading' });
  await jobs.appendRows({ id: read, frame: 1, rows: [{ row: 2, cells: { number: 'wait-1', amount: '1.00' } }] });
  expect(await stateAfter('14m', read)).toMatchObject({ state: 'staging' });
  expect(await stateAfter('2m', read)).toMatchObject({ state: 'failed', errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF' }] });
  expect(await stateAfter('1h', unread)).toMatchObject({ state: 'failed', errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF' }] });
});

it('is seen by who started it, by supervisors and administrators, by nobody else; kinds and roles are checked', async () => {
  const dealer = service.dealerCtx(newId());
  const id = await stage(dealer, []);
  await expect(service.client(JobService, service.dealerCtx(newId())).getJob({ id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(service.client(JobService, service.ctx()).appendRows({ id, frame: 1, rows: [] })).rejects.toMatchObject({ code: 'not_found' });
  for (const role of ['service_supervisor', 'admin'] as const) {
    expect(await service.client(JobService, service.ctx({ role })).getJob({ id })).toMatchObject({ id, state: 'staging', fileName: 'samples.xlsx' });
  }
  for (const role of ['service_clerk', 'quality_engineer', 'finance_clerk', 'auditor'] as const) {
    await expect(service.client(JobService, service.ctx({ role, userId: newId() })).getJob({ id })).rejects.toMatchObject({ code: 'not_found' });
  }
  await expect(service.client(JobService, service.ctx({ role: 'auditor' })).beginJob({ kind: 'import-samples' })).rejects.toMatchObject({ code: 'permission_denied' });
  await expect(service.client(JobService, service.ctx()).beginJob({ kind: 'import-nothing' })).rejects.toMatchObject({ reason: 'UNKNOWN_JOB_KIND' });
  await expect(service.client(JobService, service.ctx()).beginJob({ kind: 'import-samples', options: '[]' })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
});

it('runs under the tenancy of who started it: a dealer cannot import for another one', async () => {
  const dealerId = newId();
  const dealer = service.dealerCtx(dealerId);
  const own = await stage(dealer, rowsOf('own', 2), { dealerId });
  await service.client(JobService, dealer).startJob({ id: own, totalRows: 2 });
  expect(await finished(dealer, own)).toMatchObject({ state: 'done' });
  const foreign = await stage(dealer, rowsOf('foreign', 2));
  await service.client(JobService, dealer).startJob({ id: foreign, totalRows: 2 });
  expect(await finished(dealer, foreign)).toMatchObject({ state: 'failed', errors: [{ code: 'ROW_NOT_YOURS' }] });
  expect(await countOf('foreign')).toBe(0);
});

it('whose run ends with its process each time is given up after five, says so, and leaves its place to others', async () => {
  const ctx = service.ctx({ locale: 'en' });
  let runs = 0;
  gate.reached = () => {
    runs += 1;
  };
  const id = await stage(ctx, rowsOf('deadly', 2));
  // As if a process had died with its fifth run.
  await service.sql(`update job set state = 'running', total = 2, attempts = 5, lease_token = gen_random_uuid(), lease_until = now() where id = $1`, [id]);
  expect(await finished(ctx, id)).toMatchObject({
    state: 'failed', errors: [{ row: 0, column: '', code: 'JOB_GIVEN_UP', message: expect.stringContaining('smaller parts') as string }],
  });
  expect([runs, await countOf('deadly')]).toEqual([0, 0]);
  expect(await service.sql('select from job_row where job_id = $1', [id])).toHaveLength(0);
  const fourth = await stage(ctx, rowsOf('survivor', 2));
  await service.sql(`update job set state = 'running', total = 2, attempts = 4, lease_token = gen_random_uuid(), lease_until = now() where id = $1`, [fourth]);
  expect(await finished(ctx, fourth)).toMatchObject({ state: 'done' });
});

it('goes on after a restart, and who lost the lease cannot commit', async () => {
  const ctx = service.ctx();
  let release = (): void => {};
  gate.open = new Promise((resolve) => { release = resolve; });
  const reached = new Promise<void>((resolve) => { gate.reached = resolve; });
  const id = await stage(ctx, rowsOf('lease', 3));
  await service.client(JobService, ctx).startJob({ id, totalRows: 3 });
  await reached;
  // As if the process had stood still past its lease and another one had taken the job over.
  await service.sql(`update job set lease_token = gen_random_uuid(), lease_until = now() + interval '200 milliseconds' where id = $1`, [id]);
  release();
  const job = await finished(ctx, id);
  expect(job.state).toBe('done');
  expect(await countOf('lease')).toBe(3);
  const [{ attempts }] = await service.sql<{ attempts: number }>('select attempts from job where id = $1', [id]);
  expect(attempts).toBe(2);
});
