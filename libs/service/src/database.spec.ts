import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { Sample, sampleDefinition } from './spec-support/sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(sampleDefinition);
});
afterAll(() => service.stop());

it('answers instants as ISO text, dates and amounts as strings, through entities and statements alike', async () => {
  const dealerId = newId();
  const ctx = service.dealerCtx(dealerId);
  const { id, now } = await service.database.command(ctx, async (tx) => {
    const sample = tx.em.create(Sample, { dealerId, number: 'S-1', openedAt: await tx.now(), dueOn: '2026-02-28', amount: '12.50' });
    await tx.em.save(sample);
    return { id: sample.id, now: await tx.now() };
  });
  expect(now).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const found = await service.database.read(ctx, (tx) => tx.em.findOneByOrFail(Sample, { id }));
  expect(found).toMatchObject({ openedAt: now, dueOn: '2026-02-28', amount: '12.50', version: 1 });
  const row = await service.database.one(ctx, { name: 'spec_one', text: 'select opened_at, due_on, amount from sample where id = $1', values: [id] });
  expect(row).toEqual({ opened_at: now, due_on: '2026-02-28', amount: '12.50' });
});
