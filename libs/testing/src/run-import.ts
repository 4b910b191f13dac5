import { JobService, type GetJobResponse } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import type { TestService } from './test-service.js';

const FRAME_ROWS = 1_000;

/** An import as the gateway sends it: rows staged in frames, started, worked off. Answers the ended job. */
export async function runImport(
  service: TestService,
  ctx: CallContext,
  given: { kind: string; sheet: Record<string, string>[]; dryRun?: boolean },
): Promise<GetJobResponse> {
  const jobs = service.client(JobService, ctx);
  const { id } = await jobs.beginJob({ kind: given.kind, options: '{}', dryRun: given.dryRun ?? false, fileName: 'sheet.xlsx' });
  const rows = given.sheet.map((cells, at) => ({ row: at + 2, cells }));
  for (let at = 0; at < rows.length; at += FRAME_ROWS) await jobs.appendRows({ id, frame: at / FRAME_ROWS + 1, rows: rows.slice(at, at + FRAME_ROWS) });
  await jobs.startJob({ id, totalRows: rows.length });
  await service.drain();
  return jobs.getJob({ id });
}

/** The faults of a job as lines: row, column and code. */
export function faultsOf(job: GetJobResponse): string[] {
  return job.errors.map(({ row, column, code }) => `${row} ${column} ${code}`);
}
