import { InvoiceBatchService, RedLetterService } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { reasonOf, startInvoicing, type InvoicingWorld } from '../invoicing.fixture.js';

let world: InvoicingWorld;
let today: string;
let serial = 0;
beforeAll(async () => {
  world = await startInvoicing();
  today = businessDate(await world.service.now());
}, 60_000);
afterAll(() => world.service.stop());
beforeEach(async () => {
  world.dealerId = await world.newDealer();
});

const batches = () => world.service.client(InvoiceBatchService, world.as('finance_clerk'));
const letters = (ctx = world.as('finance_clerk')) => world.service.client(RedLetterService, ctx);
const paper = () => ({ invoiceNumber: String((serial += 1)).padStart(20, '0'), invoiceDate: today });
const request = async () => world.invoices().requestInvoice({ dealerId: world.dealerId, slipIds: [(await world.slip()).slipId], kind: 'special' });
const approvedLetter = async (): Promise<{ id: string; version: number }> => {
  const { id, version } = await request();
  await world.invoices().issueInvoice({ id, version, ...paper() });
  const draft = await letters().draftRedLetter({ invoiceId: id, reason: '错' });
  return letters(world.as('service_supervisor')).approveRedLetter({ id: draft.id, version: draft.version });
};
const send = () => batches().createInvoiceBatch({ dealerId: world.dealerId });
const outcomes = async (id: string): Promise<string[]> => (await batches().listInvoiceBatchRows({ id })).items.map(({ outcome }) => outcome);

/** What `work` gives while somebody else has changed the row and not committed yet. */
const whileChanged = (change: string, id: string, work: () => Promise<string>): Promise<string> =>
  world.service.dataSource.transaction(async (em) => {
    await em.query(`select set_config('app.dealers', '*', true)`);
    expect(await em.query<[unknown, number]>(change, [id])).toEqual([[], 1]);
    return work();
  });

describe('B-3: a document goes out in one way', () => {
  it.each([
    ['an invoice that is being withdrawn', request, `update invoice set state = 'withdrawn' where id = $1`],
    ['a red letter that is being discarded', approvedLetter, `update red_letter set state = 'discarded' where id = $1`],
  ])('B-3: %s goes into no batch', async (_what, made, change) => {
    const { id } = await made();
    expect(await whileChanged(change, id, () => reasonOf(send()))).toBe('NOTHING_TO_SEND');
    expect(await reasonOf(send())).toBe('NOTHING_TO_SEND');
  });

  it('B-3: what waits in an open batch is not withdrawn or discarded; its batch is closed or its result read first', async () => {
    const [invoice, letter] = [await request(), await approvedLetter()];
    const batch = await send();
    const withdraw = () => world.invoices().withdrawInvoice({ id: invoice.id, version: invoice.version, reason: '重复' });
    const discard = () => letters().discardRedLetter({ id: letter.id, version: letter.version, reason: '不用了' });
    expect([await reasonOf(withdraw()), await reasonOf(discard())]).toEqual(['IN_BATCH', 'IN_BATCH']);
    expect(await outcomes(batch.id)).toEqual(['waiting', 'waiting']);
    await batches().closeInvoiceBatch({ id: batch.id, version: batch.version, reason: '平台未收' });
    expect(await withdraw()).toMatchObject({ state: 'withdrawn' });
    expect(await discard()).toMatchObject({ state: 'discarded' });
    expect(await outcomes(batch.id)).toEqual(['closed', 'closed']);
  });

  it('B-3: asked at once with a withdrawal one of the two wins, and a withdrawn invoice waits in no batch', async () => {
    for (let at = 0; at < 5; at += 1) {
      const { id, version } = await request();
      const [sent, withdrawn] = await Promise.all([reasonOf(send()), reasonOf(world.invoices().withdrawInvoice({ id, version, reason: '重复' }))]);
      expect([['no error', 'IN_BATCH'], ['NOTHING_TO_SEND', 'no error']]).toContainEqual([sent, withdrawn]);
    }
  });
});
