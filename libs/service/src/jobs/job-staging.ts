import { Injectable } from '@nestjs/common';
import { addHours } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { txOf, type Tx } from '../tx.js';
import type { JobCaller } from './job-caller.js';
import { jobErrors } from './job-errors.js';

/** Fires when no rows came to a job for a while and nobody started it, or its file was read by nobody: who sent them is gone. Its ref is the job's id. */
export const STAGING_DEADLINE = 'job-staging';
const PATIENCE_HOURS = 0.25;
/** As long as a file that was taken is kept and tried to be read: by then a gateway that was away or a long queue has had its time. */
export const READING_HOURS = 24;

/** From the beginning of staging and from every frame of rows on, the next one is waited for. */
export async function stagingEnds(tx: Tx, jobId: string): Promise<void> {
  await tx.deadline({ kind: STAGING_DEADLINE, ref: jobId, dueAt: addHours(await tx.now(), PATIENCE_HOURS) });
}

/** A job whose file is still to be read waits for its turn; the first frame of rows begins its staging. */
export async function readingEnds(tx: Tx, jobId: string): Promise<void> {
  await tx.deadline({ kind: STAGING_DEADLINE, ref: jobId, dueAt: addHours(await tx.now(), READING_HOURS) });
}

/** A job whose sender died between two frames ends: it says so, its rows go, and the same file can be sent again. */
@Injectable()
export class JobStaging {
  @OnDeadline(STAGING_DEADLINE)
  async brokenOff(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const [job] = await tx.sql<{ caller: JobCaller }>({
      name: 'job_broken_off', text: `select caller from job where id = $1 and state in ('reading', 'staging') for update`, values: [deadline.ref],
    });
    if (!job) return;
    const errors = jobErrors(job.caller, [{ row: 0, column: '', code: 'UPLOAD_BROKEN_OFF' }]);
    await tx.sql({
      name: 'job_give_up', text: `update job set state = 'failed', errors = $2::jsonb, finished_at = now() where id = $1`, values: [deadline.ref, JSON.stringify(errors)],
    });
    await tx.sql({ name: 'job_rows_drop', text: 'delete from job_row where job_id = $1', values: [deadline.ref] });
    await tx.audit({ action: 'break-off', kind: 'job', id: deadline.ref, dealerId: job.caller.dealerId, changed: { state: { after: 'failed' } } });
  }
}
