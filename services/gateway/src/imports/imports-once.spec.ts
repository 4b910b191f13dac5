import { JobService, type BeginJobRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { SheetReader } from './sheet-reader.js';

const HEADINGS = 'serial,modelCode,dealerCode,manufacturedOn,dispatchedOn';
const SHEET = `${HEADINGS}\nSN1,M,A1,,\n`;

describe('X-8: a sheet that is sent again', () => {
  let gateway: Gateway;
  let clerk: Person;
  const begun: BeginJobRequest[] = [];
  const refused: string[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(JobService, {
        beginJob: async (request) => {
          begun.push(request);
          return { id: request.id };
        },
        appendRows: async ({ rows }) => ({ staged: rows.length }),
        startJob: async () => ({ state: 'queued' }),
        refuseJob: async ({ id }) => {
          refused.push(id);
          return { state: 'failed' };
        },
      }, 'customers'),
    ]);
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  const send = (key: string, content = SHEET, query = ''): Promise<Answer> => {
    const sent = uploadOf('units.csv', content);
    return clerk.send('POST', `/imports/units${query}`, { ...sent, headers: { ...sent.headers, 'idempotency-key': key } });
  };
  /** The jobs that have a sheet, once all sheets are read. */
  const withSheets = async (): Promise<string[]> => {
    await gateway.app.get(SheetReader, { strict: false }).readWaiting();
    return (await gateway.service.sql<{ id: string }>('select job_id as id from import_file')).map(({ id }) => id);
  };

  it('X-8: begins one job, whose answer comes again; another key begins another', async () => {
    const key = newId();
    const [first, again, other] = [await send(key), await send(key), await send(newId())];
    expect([first.status, again.status, again.body]).toEqual([202, 202, first.body]);
    expect(other.body.id).not.toBe(first.body.id);
    expect(begun.map(({ id }) => id)).toEqual([first.body.id, other.body.id]);
    expect((await withSheets()).sort()).toEqual([first.body.id, other.body.id].sort());
  });

  it('X-8: with another content or taken another way is refused, and begins nothing', async () => {
    const key = newId();
    expect((await send(key)).status).toBe(202);
    const before = begun.length;
    for (const answer of [await send(key, `${SHEET}SN2,M,A1,,\n`), await send(key, SHEET, '?dryRun=true')]) {
      expect(answer.body).toMatchObject({ status: 422, reason: 'IDEMPOTENCY_KEY_REUSED' });
    }
    expect((await send('')).body).toMatchObject({ status: 400, reason: 'IDEMPOTENCY_KEY_MISSING' });
    expect(begun.length).toBe(before);
  });

  it('X-8: twice at once has one answer; a job that was begun beside it ends without a sheet', async () => {
    const key = newId();
    const [from, before] = [begun.length, (await withSheets()).length];
    const twins = await Promise.all([send(key), send(key), send(key)]);
    expect(twins.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(twins.map(({ body }) => body.id)).size).toBe(1);
    const begunNow = begun.slice(from).map(({ id }) => id);
    expect(refused.filter((id) => begunNow.includes(id)).sort()).toEqual(begunNow.filter((id) => id !== twins[0].body.id).sort());
    const kept = await withSheets();
    expect([kept.length, kept.includes(String(twins[0].body.id))]).toEqual([before + 1, true]);
  });
});
