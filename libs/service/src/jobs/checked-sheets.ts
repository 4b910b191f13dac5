import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Paced } from '@aftercare/domain';
import type { JobRow } from './job-kind.js';

const STEPS_AT_ONCE = 200;

/** Runs a long calculation and lets everybody else have a turn every few hundred steps: the process answers others meanwhile. */
export async function paced<T>(steps: Paced<T>): Promise<T> {
  for (let taken = 1; ; taken += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (taken % STEPS_AT_ONCE === 0) await nextTurn();
  }
}

/** What the rows of a job were found to hold: `validate` and `apply` of one attempt get the same rows, so nothing is checked twice. */
export class CheckedSheets<T> {
  private readonly known = new WeakMap<readonly JobRow[], Promise<T>>();

  of(rows: readonly JobRow[], check: () => Promise<Paced<T>>): Promise<T> {
    const checked = this.known.get(rows) ?? check().then(paced);
    this.known.set(rows, checked);
    return checked;
  }
}
