import type { Job } from '../story/goods.js';
import { eventually, type Api } from './api.js';

/** Rows of a sheet, by the names of its columns. */
export type Sheet = Record<string, string>[];

/** Sends a sheet as CSV and waits for its job. */
export async function sendSheet(api: Api, kind: string, sheet: Sheet, options: { dryRun?: boolean } = {}): Promise<Job & { service: string }> {
  const columns = [...new Set(sheet.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...sheet.map((row) => columns.map((column) => row[column] ?? ''))].map((cells) => cells.map((cell) => `"${cell}"`).join(','));
  const form = new FormData();
  form.append('file', new Blob([lines.join('\n')], { type: 'text/csv' }), `${kind}.csv`);
  const begun = await api.raw<{ id: string; service: string }>('POST', `/imports/${kind}${options.dryRun ? '?dryRun=true' : ''}`, form);
  if (begun.status !== 202) throw new Error(`${kind}: ${JSON.stringify(begun.body)}`);
  const { id, service } = begun.body;
  const job = await eventually(() => api.get<Job>(`/jobs/${service}/${id}`), ({ state }) => state === 'done' || state === 'failed', `the end of ${kind}`);
  return { ...job, id, service };
}
