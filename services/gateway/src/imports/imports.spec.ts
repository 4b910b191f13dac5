import {
  BulletinService, CertificateService, CustomerAnonymisedSchema, CustomerService, DealerService, JobService, ProductModelService, type AppendRowsRequest, type BeginJobRequest,
  type RefuseJobRequest, type StartJobRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound, ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { HucreSpreadsheets } from './hucre-spreadsheets.js';
import { RowFacts } from './row-facts.js';
import { SheetImports } from './sheet-imports.js';
import { SheetReader } from './sheet-reader.js';
import { SpreadsheetPort } from './spreadsheet.port.js';

const HEADINGS = ['序列号', '型号', '经销商代码', '生产日期', '发货日期'];
const GBK_HEADINGS = Buffer.from('d0f2c1d0bac52cd0cdbac52cbeadcffac9ccb4fac2eb2cc9fab2fac8d5c6da2c', 'hex');
/** U+3400, four bytes in GB18030. */
const FOUR_BYTES = Buffer.from('8139ee39', 'hex');

const LONG_ROWS = 230;
const MESSAGE_MAX = 1_000_000;

describe('sheets in and out', () => {
  let gateway: Gateway;
  let clerk: Person;
  const spreadsheets = new HucreSpreadsheets();
  const jobId = newId();
  const begun: BeginJobRequest[] = [];
  const frames: AppendRowsRequest[] = [];
  const started: StartJobRequest[] = [];
  const refused: RefuseJobRequest[] = [];
  const asked: number[] = [];
  /** Ids of jobs to come, where one does not do. */
  const nextJobIds: string[] = [];
  let broken = false;
  let gone = false;
  let full = false;
  let longName = 'x'.repeat(15_000);

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(JobService, {
        beginJob: async (request) => {
          if (full) throw new ServiceError('unavailable', 'UNAVAILABLE', 'No job is begun now.');
          begun.push(request);
          return { id: nextJobIds.pop() ?? jobId };
        },
        appendRows: async (request) => {
          if (gone) throw notFound('job');
          if (broken) throw new ServiceError('unavailable', 'UNAVAILABLE', 'Gone between two frames.');
          frames.push(request);
          return { staged: request.rows.length };
        },
        startJob: async (request) => {
          started.push(request);
          return { state: 'queued' };
        },
        refuseJob: async (request) => {
          refused.push(request);
          return { state: 'failed' };
        },
        getJob: async () => ({ id: jobId, state: 'failed', errors: [{ row: 3, column: 'modelCode', code: 'MODEL_UNKNOWN', message: '' }] }),
      }, 'customers'),
      fake(ProductModelService, { listProductModels: async () => ({ items: [{ code: 'M-1' }, { code: '=M-2' }] }) }),
      fake(CustomerService, {
        listCustomers: async ({ page }) => {
          const [from, limit] = [Number(page?.cursor ?? 0), page?.limit ?? 0];
          asked.push(limit);
          const count = Math.min(limit, LONG_ROWS - from);
          if (count * longName.length > MESSAGE_MAX) throw new ServiceError('invalid_argument', 'REPLY_TOO_LARGE', 'As the bus server says it.');
          const items = Array.from({ length: count }, (_, at) => ({ number: `C-${from + at}`, name: longName }));
          return new JsonText(JSON.stringify({ items, nextCursor: from + limit < LONG_ROWS ? String(from + limit) : '' }));
        },
      }),
      fake(CertificateService, {
        listCertificates: async () => new JsonText(JSON.stringify({ items: [{ technicianName: '李工', validUntil: '2027-01-01' }], nextCursor: '' })),
      }),
      fake(BulletinService, { listBulletinReaders: async () => new JsonText('{"items":[],"nextCursor":""}') }),
      fake(DealerService, {
        getDealerStanding: async ({ id }) => ({ id, status: 'active' }),
        listDealers: async ({ page }) => {
          if (page?.cursor === '') return new JsonText(JSON.stringify({ items: [{ code: 'A1', name: '=cmd|1', version: -1 }], nextCursor: 'next' }));
          return new JsonText(JSON.stringify({ items: [{ code: 'B2', name: '台州', version: 2 }], nextCursor: '' }));
        },
      }),
    ]);
    clerk = await gateway.person('service_clerk');
  });
  afterAll(() => gateway.stop());

  const reader = () => gateway.app.get(SheetReader, { strict: false });
  /** Sends a sheet and waits until it was read; the job is always the same here, so what was sent before is forgotten. */
  const sendUnits = async (name: string, content: Buffer | string): Promise<Answer> => {
    await gateway.service.sql('delete from import_file');
    const answer = await clerk.send('POST', '/imports/units', uploadOf(name, content));
    await reader().readWaiting();
    return answer;
  };

  const bytes = async (path: string): Promise<Buffer> => {
    const cookie = await gateway.signIn(clerk.username, 'river stone lamp');
    return (await gateway.app.inject({ url: `/api/v1${path}`, headers: { cookie, 'accept-language': 'zh-CN' } })).rawPayload;
  };

  it('X-2: a workbook becomes the rows of a job, and the marked-up file names what is wrong beside each row', async () => {
    const content = await spreadsheets.write({ name: 'units', columns: HEADINGS.map((heading) => ({ heading })), rows: [['SN1', 'M-1', 'A1', '2026-01-05', '2026/2/5'], ['SN2', 'M-9', 'A1', '', '']] });
    const answer = await clerk.send('POST', '/imports/units?dryRun=true', uploadOf('units.xlsx', content));
    expect([answer.status, answer.body]).toEqual([202, { id: jobId, service: 'customers' }]);
    expect(begun.at(-1)).toMatchObject({ kind: 'import-units', dryRun: true, fileName: 'units.xlsx', reading: true });
    await reader().readWaiting();
    expect(frames.at(-1)).toMatchObject({
      id: jobId, frame: 1,
      rows: [{ row: 2, cells: { serial: 'SN1', manufacturedOn: '2026-01-05', dispatchedOn: '2026-02-05' } }, { row: 3, cells: { modelCode: 'M-9' } }],
    });
    expect(started.at(-1)).toMatchObject({ totalRows: 2 });

    const marked = await readSheet(await bytes(`/jobs/customers/${jobId}/marked-up`));
    expect(marked[0]).toEqual([...HEADINGS, '错误']);
    expect(marked[2]).toEqual(['SN2', 'M-9', 'A1', null, null, expect.stringContaining('型号')]);
  });

  it('X-2: CSV is read in UTF-8 with and without its mark and in GB18030, and rows keep their numbers', async () => {
    const text = (mark: string): Buffer => Buffer.from(`${mark}${HEADINGS.join()}\r\nSN1,㐀-1,A1,,\r\n\r\n"SN2","㐀-1",A1,,\r\n`);
    const gb18030 = Buffer.concat([GBK_HEADINGS, Buffer.from('dispatchedOn\nSN1,'), FOUR_BYTES, Buffer.from('-1,A1,,\n\nSN2,'), FOUR_BYTES, Buffer.from('-1,A1,,\n')]);
    for (const [name, content] of [['mark.csv', text('\uFEFF')], ['plain.csv', text('')], ['gb18030.csv', gb18030]] as const) {
      const answer = await sendUnits(name, content);
      expect([name, answer.status]).toEqual([name, 202]);
      const cells = { modelCode: '㐀-1', dealerCode: 'A1' };
      expect(frames.at(-1)?.rows).toMatchObject([{ row: 2, cells: { serial: 'SN1', ...cells } }, { row: 4, cells: { serial: 'SN2', ...cells } }]);
    }
  });

  it('X-2: empty rows of a workbook keep the numbers of the others', async () => {
    const content = await spreadsheets.write({ name: 'units', columns: HEADINGS.map((heading) => ({ heading })), rows: [['SN1', 'M', 'A', '', ''], ['', '', '', '', ''], [], ['SN2', 'M', 'A', '', '']] });
    expect((await sendUnits('gaps.xlsx', content)).status).toBe(202);
    expect(frames.at(-1)?.rows.map(({ row, cells }) => [row, cells.serial])).toEqual([[2, 'SN1'], [5, 'SN2']]);
  });

  it('X-2: a service that is away keeps its sheets waiting; they are read when it is back, and forgotten when their jobs no longer wait', async () => {
    const sheet = () => sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    const kept = () => gateway.service.sql<{ started: boolean; attempts: number }>('select started, attempts from import_file');
    const [before, refusedBefore] = [started.length, refused.length];
    broken = true;
    expect((await sheet()).status).toBe(202);
    expect(await kept()).toEqual([{ started: false, attempts: 1 }]);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect(await kept()).toHaveLength(1);
    broken = false;
    await gateway.service.sql('update import_file set lease_until = now()');
    await reader().readWaiting();
    expect(await kept()).toEqual([{ started: true, attempts: 2 }]);
    expect([started.length, refused.length]).toEqual([before + 1, refusedBefore]);
    await gateway.service.sql(`update import_file set created_at = now() - interval '1441 minutes'`);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect(await kept()).toHaveLength(1);
    await gateway.service.sql(`update import_file set started = false, created_at = now() - interval '1439 minutes'`);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect(await kept()).toHaveLength(1);
    await gateway.service.sql(`update import_file set created_at = now() - interval '1441 minutes'`);
    await gateway.app.get(SheetImports, { strict: false }).forget();
    expect(await kept()).toEqual([]);
  });

  it('X-2: a sheet whose reader died between two frames is read anew by the next one, with the same frames', async () => {
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\nSN2,M,A1,,\n`);
    const [last] = frames.slice(-1);
    await gateway.service.sql(`update import_file set started = false, attempts = 1, lease_until = now() + interval '1 minute'`);
    await reader().readWaiting();
    expect(frames.at(-1)).toBe(last);
    await gateway.service.sql(`update import_file set lease_until = now()`);
    await reader().readWaiting();
    expect(frames.at(-1)).not.toBe(last);
    expect(frames.at(-1)).toEqual(last);
  });

  it('X-2: what keeps failing is given up at its job with a way out', async () => {
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    broken = true;
    await gateway.service.sql(`update import_file set started = false, attempts = 6, lease_until = now()`);
    await reader().readWaiting();
    broken = false;
    expect(refused.at(-1)).toMatchObject({ id: jobId, errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF', message: expect.stringContaining('请重新上传同一文件') as string }] });
    expect(await gateway.service.sql('select started from import_file')).toEqual([{ started: true }]);
  });

  it('X-2: a sheet whose reading process died is read by the next attempt; only what the process says of the sheet is final', async () => {
    const { reading: { limits } } = gateway.app.get<SpreadsheetPort, HucreSpreadsheets>(SpreadsheetPort, { strict: false });
    const attempt = async (workMs: number) => {
      limits.workMs = workMs;
      await gateway.service.sql('update import_file set lease_until = now()');
      await reader().readWaiting();
      limits.workMs = 30_000;
      return gateway.service.sql<{ started: boolean; attempts: number }>('select started, attempts from import_file');
    };
    const refusedBefore = refused.length;
    broken = true;
    await sendUnits('x.csv', `${HEADINGS.join()}\n${'SN1,M,A1,,\n'.repeat(10_000)}`);
    broken = false;
    expect(await attempt(1)).toEqual([{ started: false, attempts: 2 }]);
    expect(await attempt(30_000)).toEqual([{ started: true, attempts: 3 }]);
    expect(refused).toHaveLength(refusedBefore);
    await gateway.service.sql('update import_file set started = false, attempts = 6');
    expect(await attempt(1)).toEqual([{ started: true, attempts: 7 }]);
    expect(refused.at(-1)?.errors).toMatchObject([{ row: 0, code: 'SHEET_READING_LOST' }]);
  });

  it.each(['resource_exhausted', 'aborted'] as const)('X-2: a service that answers %s is asked again', async (code) => {
    jest.spyOn(gateway.app.get(RowFacts, { strict: false }), 'added').mockRejectedValueOnce(new ServiceError(code, 'TRY_AGAIN', 'Not now.'));
    const refusedBefore = refused.length;
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    expect(await gateway.service.sql('select started from import_file')).toEqual([{ started: false }]);
    expect(refused).toHaveLength(refusedBefore);
  });

  it('X-2: what its rows ask for and is not there is said at the job; only a job that is not there needs nothing more', async () => {
    jest.spyOn(gateway.app.get(RowFacts, { strict: false }), 'added').mockRejectedValueOnce(notFound('dealer'));
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    expect(refused.at(-1)?.errors).toMatchObject([{ row: 0, code: 'NOT_FOUND' }]);
    const refusedBefore = refused.length;
    gone = true;
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    gone = false;
    expect(await gateway.service.sql('select started from import_file')).toEqual([{ started: true }]);
    expect(refused).toHaveLength(refusedBefore);
  });

  it('X-2: a sheet whose last attempt nobody survived, or could not be told, is given up at its job by one more', async () => {
    await sendUnits('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`);
    const framesBefore = frames.length;
    await gateway.service.sql(`update import_file set started = false, attempts = 7, lease_until = now()`);
    await reader().readWaiting();
    expect(refused.at(-1)).toMatchObject({ id: jobId, errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF' }] });
    expect(frames).toHaveLength(framesBefore);
    expect(await gateway.service.sql('select started from import_file')).toEqual([{ started: true }]);
  });

  it('X-2: a job whose gateway died before it had put the file to it is ended within minutes, and leaves its place', async () => {
    await gateway.service.sql('delete from import_file');
    const [dead, young] = [newId(), newId()];
    for (const [id, age] of [[dead, '2 minutes'], [young, '0 minutes']]) {
      await gateway.service.sql(
        `insert into import_file (job_id, uploaded_by, sha256, kind, content_type, created_at) values ($1, $2, '', 'import-units', '', now() - $3::interval)`, [id, clerk.userId, age]);
    }
    await reader().readWaiting();
    expect(refused.at(-1)).toMatchObject({ id: dead, errors: [{ row: 0, code: 'UPLOAD_BROKEN_OFF' }] });
    expect(await gateway.service.sql('select job_id as id from import_file')).toEqual([{ id: young }]);
    await gateway.service.sql('delete from import_file');
    full = true;
    expect((await clerk.send('POST', '/imports/units', uploadOf('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`))).status).toBe(503);
    full = false;
    expect(refused.at(-1)?.id).not.toBe(dead);
    expect(await gateway.service.sql('select from import_file')).toEqual([]);
  });

  it('X-2: eight large sheets at once are all taken, and read in their turn', async () => {
    await gateway.service.sql('delete from import_file');
    const ids = Array.from({ length: 8 }, () => newId());
    nextJobIds.push(...ids);
    const large = `${HEADINGS.join()}\n${Array.from({ length: 19_000 }, (_row, at) => `SN-${at},M-1,A1,2026-01-05,2026/2/5`).join('\n')}\n`;
    const answers = await Promise.all(ids.map(() => clerk.send('POST', '/imports/units', uploadOf('large.csv', large))));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 202));
    await reader().readWaiting();
    const read = new Map(started.map(({ id, totalRows }) => [id, totalRows]));
    expect(ids.map((id) => read.get(id))).toEqual(ids.map(() => 19_000));
  }, 60_000);

  it('C-5, D-1: when a customer is anonymised, sheets of customers of his dealer, of one that left its customers to it and of the manufacturer go; others, and what is not read yet, stay', async () => {
    await gateway.service.sql('delete from import_file');
    const [dealerId, otherId] = [newId(), newId()];
    const manager = await gateway.person('dealer_manager', { dealerId });
    const others = await gateway.person('dealer_manager', { dealerId: otherId });
    const ids: string[] = [];
    for (const person of [clerk, manager, others]) {
      const id = newId();
      nextJobIds.push(id);
      expect((await person.send('POST', '/imports/customers', uploadOf('x.csv', '姓名,电话\n欧阳女士,021-64330077\n'))).status).toBe(202);
      ids.push(id);
    }
    await reader().readWaiting();
    const [waiting, units] = [newId(), newId()];
    for (const [id, kind, started] of [[waiting, 'import-customers', false], [units, 'import-units', true]]) {
      await gateway.service.sql(
        `insert into import_file (job_id, dealer_id, uploaded_by, sha256, kind, content_type, started) values ($1, $2, $3, '', $4, '', $5)`, [id, dealerId, clerk.userId, kind, started]);
    }
    const status = async (person: Person, id: string) => (await person.get(`/jobs/customers/${id}/marked-up`)).status;
    expect([await status(clerk, ids[0]), await status(manager, ids[1]), await status(others, ids[2])]).toEqual([200, 200, 200]);
    const writtenUntil = new Date(Date.parse(await gateway.service.now()) - 60_000).toISOString();
    await gateway.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId, writtenUntil });
    await gateway.service.drain();
    expect([await status(clerk, ids[0]), await status(manager, ids[1])]).toEqual([200, 200]);
    await gateway.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId });
    await gateway.service.drain();
    expect([await status(clerk, ids[0]), await status(manager, ids[1]), await status(others, ids[2])]).toEqual([404, 404, 200]);
    const left = await gateway.service.sql<{ id: string }>('select job_id as id from import_file');
    expect(left.map(({ id }) => id).sort()).toEqual([ids[2], waiting, units].sort());
    await gateway.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: newId(), earlierDealerIds: [newId(), otherId] });
    await gateway.service.drain();
    expect(await status(others, ids[2])).toBe(404);
    await gateway.service.sql('delete from import_file');
  });

  it('X-2: while too many sheets wait, a further one is told to come again', async () => {
    await gateway.service.sql('delete from import_file');
    await gateway.service.sql(`select set_config('app.dealers', '*', false)`);
    await gateway.service.sql(`insert into import_file (job_id, uploaded_by, sha256, kind, content_type) select gen_random_uuid(), gen_random_uuid(), '', '', '' from generate_series(1, 50)`);
    const answer = await clerk.send('POST', '/imports/units', uploadOf('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`));
    expect(answer).toMatchObject({ status: 503, body: { reason: 'TOO_MANY_REQUESTS' } });
    await gateway.service.sql('delete from import_file');
  });

  it('X-2: one person takes ten of the places, also by sending all at once, and leaves the others to others; what could not be begun leaves its place', async () => {
    await gateway.service.sql('delete from import_file');
    const send = (by: Person) => by.send('POST', '/imports/units', uploadOf('x.csv', `${HEADINGS.join()}\nSN1,M,A1,,\n`));
    const other = await gateway.person('service_clerk');
    nextJobIds.push(...Array.from({ length: 12 }, () => newId()));
    broken = true;
    const answers = await Promise.all(Array.from({ length: 14 }, () => send(clerk)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(202), ...Array<number>(4).fill(503)]);
    expect((await send(other)).status).toBe(202);
    expect(await gateway.service.sql('select from import_file where caller is null')).toEqual([]);
    full = true;
    expect((await send(other)).status).toBe(503);
    expect(await gateway.service.sql('select from import_file')).toHaveLength(11);
    [full, broken] = [false, false];
    nextJobIds.length = 0;
    await gateway.service.sql('delete from import_file');
  });

  it('X-2: a picture is refused at once whatever its name says, a text that begins like one is read', async () => {
    const begunBefore = begun.length;
    const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.from([1, 0, 1, 0, 0, 0, 0, 0x3b])]);
    const answer = await sendUnits('units.xlsx', gif);
    expect([answer.status, answer.body.reason]).toEqual([400, 'SHEET_UNREADABLE']);
    expect([begun.length, await gateway.service.sql('select from import_file')]).toEqual([begunBefore, []]);
    expect((await sendUnits('units.csv', `GIF89a,${HEADINGS.join()}\nx,SN1,M,A1,,\n`)).status).toBe(202);
  });

  it('X-2: a file that is no sheet, lacks a column or is empty is refused by name at its job, and marked up as far as it can be', async () => {
    const faultOf = async (content: string | Buffer) => {
      expect((await sendUnits('x.csv', content)).status).toBe(202);
      return refused.at(-1)?.errors[0];
    };
    expect((await faultOf(Buffer.from([0, 1, 2])))?.code).toBe('SHEET_UNREADABLE');
    expect(await faultOf('PK broken')).toMatchObject({ row: 0, column: '', code: 'SHEET_UNREADABLE', message: expect.stringContaining('XLSX') as string });
    expect((await clerk.get(`/jobs/customers/${jobId}/marked-up`)).body.reason).toBe('SHEET_UNREADABLE');
    expect(await faultOf('序列号,型号\nSN1,M1\n')).toMatchObject({ code: 'COLUMN_MISSING', message: expect.stringContaining('经销商代码') as string });
    expect((await faultOf(HEADINGS.join()))?.code).toBe('SHEET_EMPTY');
  });

  it('X-2: the template has headings in the caller’s language and nothing that runs', async () => {
    const content = await bytes('/imports/units/template');
    expect((await readSheet(content))[0]).toEqual(HEADINGS);
    expect(await readSheet(content, 'lists')).toEqual([[null, 'M-1', 'A1'], [null, "'=M-2", null]].map((row) => expect.arrayContaining(row.filter(Boolean))));
  });

  it('X-2: a list as a sheet holds all its pages, with text kept from running as a formula', async () => {
    const [headings, ...rows] = await readSheet(await bytes('/dealers?format=xlsx'));
    const [code, name, version] = ['代码', '名称', '版本'].map((heading) => headings.indexOf(heading));
    expect(rows.map((row) => [row[code], row[name], row[version]])).toEqual([['A1', "'=cmd|1", -1], ['B2', '台州', 2]]);
  });

  it('X-2: a list without rows has its headings all the same', async () => {
    expect(await readSheet(await bytes('/users?q=nobody&format=xlsx'))).toEqual([expect.arrayContaining(['用户名', '角色', '创建时间'])]);
  });

  it('X-2: a sheet has headings in the caller’s language and the name of its list', async () => {
    const sheet = async (path: string): Promise<Answer> => gateway.send('GET', `${path}?format=xlsx`, { headers: { cookie: await gateway.signIn(clerk.username, 'river stone lamp') } });
    expect((await readSheet(await bytes('/certificates?format=xlsx')))[0]).toEqual(['内部编号', '编号', '经销商', '维修人员', '维修人员姓名', '产品系列', '培训', '有效期起', '有效至', '有效', '撤销自', '撤销原因', '版本', '在岗']);
    expect((await sheet('/certificates')).headers['content-disposition']).toBe('attachment; filename="certificates.xlsx"');
    expect((await sheet(`/bulletins/${newId()}/readers`)).headers['content-disposition']).toBe('attachment; filename="bulletins-readers.xlsx"');
  });

  it('X-2: a list whose texts are long is asked for in smaller pages', async () => {
    const rows = await readSheet(await bytes('/customers?format=xlsx'));
    const at = rows[0].indexOf('编号');
    expect(rows.map((row) => row[at])).toEqual(['编号', ...Array.from({ length: LONG_ROWS }, (_, at) => `C-${at}`)]);
    expect(asked.slice(0, 4)).toEqual([200, 100, 50, 50]);
  });

  it('a row too large for any page is refused as too large, without an invitation to try again', async () => {
    longName = 'x'.repeat(1_500_000);
    const answer = await clerk.get('/customers?format=xlsx', { 'accept-language': 'en' });
    expect(answer.body).toMatchObject({ status: 400, reason: 'REPLY_TOO_LARGE', detail: 'The answer is too large. Ask for less.' });
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(asked.at(-1)).toBe(1);
  });
});
