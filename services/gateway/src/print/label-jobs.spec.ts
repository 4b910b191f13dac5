import { setTimeout as sleep } from 'node:timers/promises';
import { ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { unzipSync } from 'fflate';
import { Attachments } from '../attachments/attachments.js';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';
import { LabelJobs } from './label-jobs.js';

const PAGE = 200;
/** Drawing is long where others work as well. */
const ENDS_WITHIN_MS = 90_000;
const dealerId = newId();
let gateway: Gateway;

/** As many units as the filter says. */
const fakes = [
  fake(ProductUnitService, {
    listUnits: async ({ q, page }) => {
      const [from, count] = [Number(page?.cursor || 0), Number(q)];
      const items = Array.from({ length: Math.min(PAGE, count - from) }, (_, at) => ({ serial: `TO-200-${from + at + 1}`, modelCode: 'TO-200' }));
      return new JsonText(JSON.stringify({ items, nextCursor: from + items.length < count ? String(from + items.length) : '' }));
    },
  }),
];

beforeAll(async () => {
  gateway = await Gateway.start(fakes);
  gateway.standings.set(dealerId, {});
}, 60_000);
afterAll(() => gateway.stop());

/** Begins the job and waits for its end. */
async function printed(person: Person, body: object): Promise<{ id: string; job: Answer['body'] }> {
  const begun = await person.post('/product-units/labels', body);
  expect([begun.status, begun.body]).toEqual([202, { id: expect.any(String), service: 'gateway' }]);
  const id = String(begun.body.id);
  for (const until = Date.now() + ENDS_WITHIN_MS; ; await sleep(100)) {
    const job = (await person.get(`/jobs/gateway/${id}`)).body;
    if (!['queued', 'running'].includes(String(job.state))) return { id, job };
    expect(Date.now()).toBeLessThan(until);
  }
}

const archiveOf = (person: Person, id: string): Promise<Answer> => person.get(`/jobs/gateway/${id}/labels`);

describe('labels as a job', () => {
  it('X-1: more labels than one paper holds are drawn in parts with full sheets, and fetched as one archive', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const { id, job } = await printed(manager, { q: '270', sheet: '65', start: 61, lang: 'en' });
    expect(job).toMatchObject({ kind: 'print-labels', state: 'done', total: 270, progress: 270 });
    expect(JSON.parse(String(job.result))).toMatchObject({ labels: 270, papers: 2 });
    const answer = await archiveOf(manager, id);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/zip' } });
    const files = unzipSync(new Uint8Array(answer.bytes));
    expect(Object.keys(files)).toEqual(['labels-001.pdf', 'labels-002.pdf']);
    const [first, second] = await Promise.all(Object.values(files).map((file) => pdfText(Buffer.from(file))));
    expect([first.length, second.length]).toEqual([5, 1]);
    expect(first.join('')).toContain('Scan for service');
    expect(first.concat(second).join('').match(/TO-200-\d/g)?.length).toBe(270);
  }, 120_000);

  it('X-1: the archive is for who began the job and for supervisors, and for a day', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const { id } = await printed(manager, { q: '3' });
    expect((await archiveOf(await gateway.person('service_supervisor'), id)).status).toBe(200);
    for (const stranger of [await gateway.person('service_clerk'), await gateway.person('dealer_manager', { dealerId }), await gateway.person('dealer_manager', { dealerId: newId() })]) {
      expect(await archiveOf(stranger, id)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    }
    expect((await archiveOf(manager, newId())).status).toBe(404);
    const [{ sha256 }] = await gateway.service.sql(`select sha256 from label_file order by created_at desc limit 1`) as { sha256: string }[];
    const attachments = gateway.app.get(Attachments, { strict: false });
    await attachments.sweep(-1);
    expect((await archiveOf(manager, id)).status).toBe(200);
    await gateway.service.sql(`update label_file set created_at = now() - interval '25 hours' where sha256 = $1`, [sha256]);
    await gateway.app.get(LabelJobs, { strict: false }).forget();
    await attachments.sweep(-1);
    expect(await archiveOf(manager, id)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    expect(await attachments.files.has(sha256)).toBe(false);
  }, 60_000);

  it('X-1: nothing, too many, a position beyond the sheet and unknown fields are refused before a job begins', async () => {
    const auditor = await gateway.person('auditor');
    expect(await auditor.post('/product-units/labels', { q: '0' })).toMatchObject({ status: 404, body: { reason: 'LABELS_NONE' } });
    expect(await auditor.post('/product-units/labels', { q: '10001' })).toMatchObject({ status: 400, body: { reason: 'LABELS_TOO_MANY', details: { max: 10_000 } } });
    expect(await auditor.post('/product-units/labels', { q: '3', sheet: '24', start: 25 })).toMatchObject({ status: 400, body: { reason: 'LABEL_START_INVALID' } });
    expect(await auditor.post('/product-units/labels', { ids: [newId()], start: '1' })).toMatchObject({ status: 400, body: { errors: [{ field: 'ids' }, { field: 'start' }] } });
  });

  it('X-1: a job that is not done has no archive, one of another kind never has', async () => {
    const admin = await gateway.person('admin');
    const { id } = await printed(admin, { q: '2' });
    await gateway.service.sql(`update job set state = 'failed', result = null where id = $1`, [id]);
    expect(await archiveOf(admin, id)).toMatchObject({ status: 409, body: { reason: 'LABELS_NOT_READY' } });
    await gateway.service.sql(`update job set kind = 'import-users' where id = $1`, [id]);
    expect((await archiveOf(admin, id)).status).toBe(404);
  });
});
