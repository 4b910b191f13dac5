import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CallQuoteService, CallService, CampaignUnitService, InstallationService, ObligationEndService, PartsRequestService, PurchaseProofService, QualityReportService,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import sharp from 'sharp';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

type Kind = 'picture' | 'pdf' | 'xml';
type Files = Record<Kind, { id: string; sha256: string }>;

const PDF = '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF';
const lineId = newId();
const faults = [{ faultCode: 'F1', faultDescription: '漏水', cause: '密封老化', action: '更换' }];
const marked = { version: 1, outcome: 'done', note: '已更换' };
const report = { version: 1, description: '外壳裂', cause: '运输', action: '更换', visibleDamage: true };
const excused = { version: 1, quantity: 1, basis: 'approval', reason: '核准' };
const paid = { paymentMethod: 'account', invoiceWish: 'later' };

/** Where a photo is required: by whom, where, and the body with its file. */
const PHOTOS: [what: string, role: 'clerk' | 'manager' | 'supervisor', path: string, field: string, body: (file: unknown) => object][] = [
  ['R-6: a repair record', 'manager', `/repair-calls/${newId()}/record`, 'photos[0]', (file) => ({ version: 1, faults, resolved: true, photos: [file] })],
  ['R-6: a signature on the screen', 'manager', `/repair-calls/${newId()}/confirm`, 'evidence', (file) => ({ version: 1, method: 'signature', evidence: file })],
  ['R-7: a quality report', 'manager', `/quality-reports/${newId()}/submit`, 'photos[0]', (file) => ({ ...report, photos: [file] })],
  ['C-4: a failed installation', 'manager', `/installations/${newId()}/fail`, 'photos[0]', (file) => ({ version: 1, reason: '水压不足', photos: [file] })],
  ['Q-5: a unit of a campaign', 'manager', `/campaign-units/${newId()}/mark`, 'photos[0]', (file) => ({ ...marked, photos: [file] })],
  ['W-5: an exclusion', 'clerk', `/parts-requests/${newId()}/review`, 'lines[0].exclusionEvidence[0]',
    (file) => ({ version: 1, lines: [{ lineId, exclusion: 'misuse', exclusionCause: '误用', exclusionEvidence: [file] }] })],
  ['W-5: an exclusion found after the fact', 'clerk', `/obligations/${newId()}/charge`, 'evidence[0]',
    (file) => ({ version: 1, quantity: 1, exclusion: 'misuse', cause: '误用', ...paid, evidence: [file] })],
];

/** Where a signed paper or a proof may be a PDF as well. */
const PAPERS: typeof PHOTOS = [
  ['R-6: a signed paper', 'manager', `/repair-calls/${newId()}/confirm`, 'evidence', (file) => ({ version: 1, method: 'signed_paper', evidence: file })],
  ['R-9: the consent to a quote', 'manager', `/repair-calls/${newId()}/answer-quote`, 'evidence', (file) => ({ version: 1, quoteId: newId(), accepted: true, method: 'signature', evidence: file })],
  ['W-4: the proof of a purchase', 'manager', `/product-units/${newId()}/prove-purchase`, 'evidence', (file) => ({ version: 1, purchaseDate: '2026-01-06', evidence: file })],
  ['W-4: the proof a review enters', 'clerk', `/parts-requests/${newId()}/review`, 'lines[0].proofEvidence[0]',
    (file) => ({ version: 1, lines: [{ lineId, proofPurchaseDate: '2026-01-06', proofEvidence: [file] }] })],
  ['H-1: an excuse', 'supervisor', `/obligations/${newId()}/excuse`, 'evidence[0]', (file) => ({ ...excused, evidence: [file] })],
];

describe('what a required file must be', () => {
  let gateway: Gateway;
  let people: Record<'clerk' | 'manager' | 'supervisor', Person>;
  let files: Record<'clerk' | 'manager' | 'supervisor', Files>;
  const confirmed: string[] = [];

  beforeAll(async () => {
    const taken = async ({ id }: { id: string }) => ({ id, number: 'N-1', state: 'done', version: 2 });
    gateway = await Gateway.start([
      fake(CallService, {
        recordRepair: taken,
        confirmCall: async ({ id, method }) => {
          confirmed.push(method);
          return taken({ id });
        },
      }),
      fake(CallQuoteService, { answerQuote: taken }), fake(QualityReportService, { submitQualityReport: taken }), fake(CampaignUnitService, { markCampaignUnit: taken }),
      fake(InstallationService, { failInstallation: taken }), fake(PurchaseProofService, { provePurchase: taken }),
      fake(ObligationEndService, { excuseObligation: taken, chargeObligation: taken }), fake(PartsRequestService, { reviewPartsRequest: async ({ id }) => ({ id }) }),
    ]);
    people = {
      clerk: await gateway.person('service_clerk'), supervisor: await gateway.person('service_supervisor'),
      manager: await gateway.person('dealer_manager', { dealerId: newId() }),
    };
    const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } }).png().toBuffer();
    const kept = async (person: Person, name: string, content: Buffer | string): Promise<Files[Kind]> => {
      const { body } = await person.send('POST', '/attachments', uploadOf(name, content));
      return { id: String(body.id), sha256: String(body.sha256) };
    };
    const all = async (person: Person): Promise<Files> => ({
      picture: await kept(person, 'a.png', photo), pdf: await kept(person, 'a.pdf', PDF), xml: await kept(person, 'a.xml', '<?xml version="1.0"?><a/>'),
    });
    files = { clerk: await all(people.clerk), supervisor: await all(people.supervisor), manager: await all(people.manager) };
  });
  afterAll(() => gateway.stop());

  const send = (role: keyof typeof people, path: string, body: object): Promise<Answer> => people[role].post(path, body, { 'accept-language': 'en' });

  it.each(PHOTOS)('%s takes a picture and neither a PDF nor XML', async (_what, role, path, field, body) => {
    for (const kind of ['xml', 'pdf'] as const) {
      const answer = await send(role, path, body(files[role][kind]));
      expect([kind, answer.status, answer.body.reason, answer.body.errors?.map((each) => each.field)]).toEqual([kind, 400, 'FILE_KIND_REFUSED', [field]]);
      expect(answer.body.detail).toContain('a photo (JPG, PNG or WebP)');
    }
    expect((await send(role, path, body(files[role].picture))).status).toBe(200);
  });

  it.each(PAPERS)('%s takes a picture or a PDF, and no XML', async (_what, role, path, field, body) => {
    const answer = await send(role, path, body(files[role].xml));
    expect([answer.status, answer.body.reason, answer.body.errors?.map((each) => each.field)]).toEqual([400, 'FILE_KIND_REFUSED', [field]]);
    expect(answer.body.detail).toContain('a photo or a PDF');
    for (const kind of ['picture', 'pdf'] as const) expect([kind, (await send(role, path, body(files[role][kind]))).status]).toEqual([kind, 200]);
  });

  it('R-6: a call is confirmed with a signature that is a picture, or with a signed paper as PDF', async () => {
    confirmed.length = 0;
    const confirm = (method: string, file: unknown): Promise<Answer> => send('manager', `/repair-calls/${newId()}/confirm`, { version: 1, method, evidence: file });
    const { picture, pdf } = files.manager;
    expect([(await confirm('signature', picture)).status, (await confirm('signature', pdf)).status, (await confirm('signed_paper', pdf)).status]).toEqual([200, 400, 200]);
    expect(confirmed).toEqual(['signature', 'signed_paper']);
  });

  it('X-3: another dealer’s file is not found whatever it is', async () => {
    const answer = await send('manager', `/repair-calls/${newId()}/confirm`, { version: 1, method: 'signature', evidence: files.clerk.xml });
    expect([answer.status, answer.body.reason]).toEqual([404, 'NOT_FOUND']);
  });

  it('X-3: a refusal says in Chinese what to send', async () => {
    const answer = await people.manager.post(`/repair-calls/${newId()}/confirm`, { version: 1, method: 'signature', evidence: files.manager.xml }, { 'accept-language': 'zh-CN' });
    expect(answer.body.detail).toContain('照片（JPG、PNG 或 WebP）');
  });

  it('W-4, R-9, H-1: the document says what is taken, a paper where something is proved, and whatever is named photos takes pictures', () => {
    interface Schema { $ref?: string; description?: string; items?: Schema; properties?: Record<string, Schema> }
    const document = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as { components: { schemas: Record<string, Schema> } };
    const { schemas } = document.components;
    const named = (field: Schema): string => (field.items?.$ref ?? field.$ref ?? '').split('/').at(-1) ?? '';
    const bodies = Object.entries(schemas).filter(([name]) => name.endsWith('Dto'));
    const photos = bodies.flatMap(([name, { properties = {} }]) => (properties.photos ? [[name, named(properties.photos)]] : []));
    expect(photos.filter(([, type]) => type !== '').length).toBeGreaterThan(8);
    expect(photos.filter(([, type]) => type !== '' && type !== 'PictureDto')).toEqual([]);
    const evidence = bodies.flatMap(([name, { properties = {} }]) => Object.entries(properties).filter(([field]) => /evidence$/i.test(field)).map(([field, schema]) => `${name}.${field} ${named(schema)}`));
    expect(evidence.filter((each) => !/ (Picture|Paper)Dto$/.test(each))).toEqual([]);
    expect([schemas.PictureDto?.description, schemas.PaperDto?.description]).toEqual([expect.stringContaining('JPG, PNG or WebP'), expect.stringContaining('PDF')]);
  });
});
