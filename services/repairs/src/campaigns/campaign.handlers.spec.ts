import { CallIntakeService, ModelPublishedSchema, NoticeRequestedSchema } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { campaignStage } from './campaigns.fixture.js';
import { calls, goodRecord, noticesOf, phoneCall, type RepairsWorld } from '../repairs.fixture.js';

const { start, registry, asked, modelId, modelsAsked, campaigns, units, content, stock, collected, launched, workList } = campaignStage();
let world: RepairsWorld;
let engineer: CallContext;
beforeAll(async () => {
  ({ world, engineer } = await start());
});
afterAll(() => world?.service.stop());
const reason = (text: string) => expect.objectContaining({ reason: text });

describe('whom a campaign concerns', () => {
  it('Q-5: named serials, with those that are not in the registry told, and units of a range; the owner’s and dealer’s ids are kept', async () => {
    const [first] = stock('NA', 3);
    stock('NB', 2, { customerId: '', dealerId: world.otherDealerId });
    const { id, units: found } = await collected({ serials: [' na-0001 ', 'NA-0002', 'GONE-1'], serialFrom: 'NB-0001', serialTo: 'NB-0002' });
    expect(found).toBe(4);
    const whole = await campaigns().getCampaign({ id });
    expect(whole).toMatchObject({ state: 'collected', unknownSerials: ['GONE-1'], content: { selection: { serials: ['GONE-1', 'NA-0001', 'NA-0002'] } }, progress: { units: 4, open: 4, customers: 2, dealers: 2 } });
    const listed = await workList(id, engineer);
    expect(listed.map(({ serial, dealerId, customerId }) => [serial, dealerId, customerId !== ''])).toEqual([
      ['NA-0001', world.dealerId, true], ['NA-0002', world.dealerId, true], ['NB-0001', world.otherDealerId, false], ['NB-0002', world.otherDealerId, false],
    ]);
    expect(listed[0]!.customerId).toBe(first!.customerId);
  });

  it('Q-5: many units are asked page by page and go on where they stopped; who collects meanwhile is told so', async () => {
    stock('PG', 1_750);
    const opened = await campaigns().openCampaign({ content: content({ serialFrom: 'PG-0001', serialTo: 'PG-9999' }) });
    asked.length = 0;
    const part = await campaigns().collectCampaign({ id: opened.id, version: opened.version });
    expect(part).toMatchObject({ state: 'draft', units: 1_600, more: true });
    expect(asked).toHaveLength(8);
    await expect(campaigns().launchCampaign({ id: opened.id, version: part.version })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    await expect(campaigns().collectCampaign({ id: opened.id, version: opened.version })).rejects.toThrow(reason('STALE_VERSION'));
    expect(await campaigns().collectCampaign({ id: opened.id, version: part.version })).toMatchObject({ state: 'collected', units: 1_750, more: false });
  });

  it('Q-5: the units of a lot are those that quality reports name with it', async () => {
    const [one, two] = stock('LT', 2);
    const lot = `LOT-${newId()}`;
    await world.service.sql(
      `insert into quality_report (id, number, dealer_id, origin_kind, origin_id, serial, state, due_at, description, cause, action, affected_serials, lot, visible_damage, photos, created_at, basis, version)
       values ($1, $2, $3, 'installation', $1, $4, 'submitted', now(), '', '', '', array[$5], $6, false, '[]', now(), 'failed_installation', 1)`,
      [newId(), `QR-${newId()}`, world.dealerId, one!.serial, two!.serial.toLowerCase(), lot],
    );
    const { id } = await collected({ lots: [lot] });
    expect((await workList(id, engineer)).map(({ serial }) => serial)).toEqual(['LT-0001', 'LT-0002']);
  });

  it('Q-5: another selection forgets what was collected; an empty campaign, or a recall without a letter, is not launched', async () => {
    stock('RV', 1);
    const { id, version } = await collected({ serials: ['RV-0001'] }, { letter: '' });
    await expect(campaigns().launchCampaign({ id, version })).rejects.toThrow(reason('LETTER_MISSING'));
    const said = await campaigns().reviseCampaign({ id, version, content: content({ serials: ['RV-0001'] }) });
    expect(said.state).toBe('collected');
    const revised = await campaigns().reviseCampaign({ id, version: said.version, content: content({ serials: ['NONE-1'] }) });
    expect(revised.state).toBe('draft');
    const empty = await campaigns().collectCampaign({ id, version: revised.version });
    expect(empty).toMatchObject({ state: 'collected', units: 0 });
    await expect(campaigns().launchCampaign({ id, version: empty.version })).rejects.toThrow(reason('CAMPAIGN_EMPTY'));
    await expect(campaigns().openCampaign({ content: content({}) })).rejects.toThrow(reason('SELECTION_MISSING'));
    await expect(campaigns().openCampaign({ content: content({ serials: ['A'] }, { correctiveActionId: newId() }) })).rejects.toThrow(reason('NOT_FOUND'));
  });
});

describe('what is refused of a selection', () => {
  it('Q-5: a range whose end comes before its beginning, and models that do not exist, also when it is revised', async () => {
    await expect(campaigns().openCampaign({ content: content({ serialFrom: 'Z', serialTo: 'A' }) })).rejects.toThrow(reason('RANGE_REVERSED'));
    const modelIds = [modelId, newId()];
    await expect(campaigns().openCampaign({ content: content({ modelIds }) })).rejects.toMatchObject({ reason: 'MODEL_UNKNOWN', code: 'not_found' });
    const opened = await campaigns().openCampaign({ content: content({ modelIds: [modelId] }) });
    await expect(campaigns().reviseCampaign({ id: opened.id, version: opened.version, content: content({ modelIds }) })).rejects.toThrow(reason('MODEL_UNKNOWN'));
    expect((await campaigns().getCampaign({ id: opened.id })).content?.selection?.modelIds).toEqual([modelId]);
  });

  it('Q-5: a model that an event told is known without asking', async () => {
    const told = newId();
    await world.service.publish(ModelPublishedSchema, { modelId: told, code: 'FA-200', family: 'faucet', version: 1 });
    await world.service.drain();
    expect((await campaigns().openCampaign({ content: content({ modelIds: [told] }) })).state).toBe('draft');
    expect(modelsAsked).not.toContain(told);
  });
});

describe('who sees a campaign', () => {
  it('Q-5: a dealer sees it once it is launched, its own units and its own progress only; the selection is the manufacturer’s', async () => {
    stock('SE', 2);
    stock('SE', 1, { dealerId: world.otherDealerId, serial: 'SE-0003' });
    const { id, version } = await collected({ serialFrom: 'SE-0001', serialTo: 'SE-9999' });
    await expect(campaigns(world.manager).getCampaign({ id })).rejects.toThrow(reason('NOT_FOUND'));
    const [hidden] = await workList(id, engineer);
    expect(await workList(id)).toEqual([]);
    await expect(units().getCampaignUnit({ id: hidden!.id })).rejects.toThrow(reason('NOT_FOUND'));
    await campaigns().launchCampaign({ id, version });
    expect((await noticesOf(world, id)).map(({ kind, role }) => `${kind} ${role}`)).toEqual(['campaign.launched dealer_manager', 'campaign.launched dealer_manager']);
    const own = await campaigns(world.manager).getCampaign({ id });
    expect(own).toMatchObject({ state: 'running', progress: { units: 2, open: 2, dealers: 1 }, unknownSerials: [], createdBy: '', content: { title: '阀芯更换' } });
    expect(own.content?.selection).toBeUndefined();
    expect((await workList(id)).map(({ serial }) => serial)).toEqual(['SE-0001', 'SE-0002']);
    expect((await workList(id, world.otherManager)).map(({ serial }) => serial)).toEqual(['SE-0003']);
    await expect(units(world.otherManager).getCampaignUnit({ id: hidden!.id })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await campaigns(world.manager).listCampaignDealers({ id })).items).toEqual([expect.objectContaining({ dealerId: world.dealerId, units: 2 })]);
    expect((await campaigns().listCampaignDealers({ id })).items).toHaveLength(2);
    expect((await campaigns(world.manager).listCampaigns({})).items.map((item) => item.id)).toContain(id);
    const stranger = world.service.dealerCtx(newId());
    expect((await campaigns(stranger).listCampaigns({})).items).toEqual([]);
    await expect(campaigns(stranger).getCampaign({ id })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(campaigns(stranger).listCampaignParts({ id })).rejects.toThrow(reason('NOT_FOUND'));
  });

  it('Q-5: only the quality engineer changes it', async () => {
    for (const ctx of [world.clerk, world.supervisor]) {
      await expect(campaigns(ctx).openCampaign({ content: content({ serials: ['A'] }) })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    }
    await expect(campaigns(world.manager).openCampaign({ content: content({ serials: ['A'] }) })).rejects.toThrow(reason('NOT_FOUND'));
    expect((await campaigns().openCampaign({ content: content({ serials: ['A'] }) })).state).toBe('draft');
  });
});

describe('the work on the units', () => {
  it('Q-5: contacted, not reached, done by a photo or by the record of a call on that unit; the progress and the parts still needed follow', async () => {
    stock('WK', 3);
    const id = await launched('WK', 3);
    const [one, two] = await workList(id);
    const called = await units().markCampaignUnit({ id: one!.id, version: 1, outcome: 'unreachable', note: '无人接听' });
    const agreed = await units(world.technician).markCampaignUnit({ id: one!.id, version: called.version, outcome: 'contacted', note: '周六上门' });
    await expect(units().markCampaignUnit({ id: one!.id, version: agreed.version, outcome: 'done', note: '已换' })).rejects.toThrow(reason('EVIDENCE_MISSING'));
    await expect(units().markCampaignUnit({ id: one!.id, version: 1, outcome: 'contacted' })).rejects.toThrow(reason('STALE_VERSION'));
    const photo = { id: newId(), sha256: 'a'.repeat(64) };
    expect(await units().markCampaignUnit({ id: one!.id, version: agreed.version, outcome: 'done', note: '已换', photos: [photo] })).toMatchObject({ state: 'done' });
    expect(await units().getCampaignUnit({ id: one!.id })).toMatchObject({ attempts: 2, photos: [photo], markedBy: world.manager.userId });

    const call = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'WK-0002' });
    const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
    const done = { id: two!.id, version: 1, outcome: 'done', callId: call.id };
    await expect(units().markCampaignUnit(done)).rejects.toThrow(reason('CALL_NOT_SOLVED'));
    await expect(units().markCampaignUnit({ ...done, callId: newId() })).rejects.toThrow(reason('NOT_FOUND'));
    await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
    await units().markCampaignUnit(done);
    expect(await units().getCampaignUnit({ id: two!.id })).toMatchObject({ state: 'done', callId: call.id, callNumber: call.number });
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ units: 3, done: 2, open: 1 });
    expect((await campaigns().listCampaignParts({ id })).items).toEqual([expect.objectContaining({ partNumber: 'CA-35', perUnit: 2, needed: 6, stillNeeded: 2 })]);
    expect((await campaigns().listCampaignParts({ id, dealerId: world.otherDealerId })).items).toEqual([expect.objectContaining({ needed: 0 })]);
    expect((await workList(id, world.manager, { state: 'to_do' })).map(({ serial }) => serial)).toEqual(['WK-0003']);
  });

  it('Q-5: an old repair, another dealer’s or one that the technician does not see shows no work', async () => {
    const [old, own] = stock('OLD', 2);
    const solve = async (serial: string) => {
      const call = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: serial });
      const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
      await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
      return call.id;
    };
    const before = await solve(old!.serial);
    const id = await launched('OLD');
    const [first, second] = await workList(id);
    await expect(units().markCampaignUnit({ id: first!.id, version: 1, outcome: 'done', callId: before })).rejects.toThrow(reason('CALL_BEFORE_LAUNCH'));
    const callId = await solve(own!.serial);
    const colleague = world.service.dealerCtx(world.dealerId, 'dealer_technician', { userId: world.colleagueId });
    await expect(units(colleague).markCampaignUnit({ id: second!.id, version: 1, outcome: 'done', callId })).rejects.toThrow(reason('NOT_FOUND'));
    Object.assign(own!, { dealerId: world.otherDealerId });
    const { version } = await campaigns().getCampaign({ id });
    await campaigns().collectCampaign({ id, version });
    await expect(units(world.clerk).markCampaignUnit({ id: second!.id, version: 2, outcome: 'done', callId, askedBy: '李经理' })).rejects.toThrow(reason('CALL_OF_OTHER_DEALER'));
  });

  it('Q-5: a unit that was done by a call is open again when the call is reopened, refused or found to be on another unit, whoever serves it by now; done again it counts', async () => {
    stock('AG', 4);
    const id = await launched('AG', 4);
    const listed = await workList(id);
    const at = (serial: string) => listed.find((unit) => unit.serial === serial)!.id;
    const solve = async (call: { id: string; version: number }) => {
      const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
      return calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
    };
    const solved = async (unitSerial: string) => {
      const opened = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial });
      const { id: callId, version } = await solve(opened);
      await units().markCampaignUnit({ id: at(unitSerial), version: 1, outcome: 'done', callId });
      return { id: callId, version };
    };
    const unit = (serial: string) => units(engineer).getCampaignUnit({ id: at(serial) });
    const [reopened, refused, corrected, moved] = [await solved('AG-0001'), await solved('AG-0002'), await solved('AG-0003'), await solved('AG-0004')];
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ done: 4, open: 0 });

    const again = await calls(world, world.manager).reopenCall({ ...reopened, reason: '又漏' });
    await calls(world, world.manager).refuseCall({ ...refused, reason: '没修好' });
    await world.service.client(CallIntakeService, world.manager).correctCall({ ...corrected, fields: ['unit'], unitSerial: 'AG-0009', reason: '看错' });
    await world.service.sql('update campaign_unit set dealer_id = $1 where id = $2', [world.otherDealerId, at('AG-0004')]);
    await calls(world, world.manager).reopenCall({ ...moved, reason: '又漏' });
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ done: 0, open: 4 });
    const { number } = await calls(world, world.manager).getCall({ id: reopened.id });
    const open = await unit('AG-0001');
    expect(open).toMatchObject({ state: 'open', callId: '', callNumber: '', markedAt: '', markedBy: '', version: 3, note: expect.stringContaining(number) });
    const own = await units().getCampaignUnit({ id: open.id });
    expect(own.allowedActions.filter(({ allowed }) => allowed).map(({ action }) => action)).toEqual(['contacted', 'unreachable', 'done']);
    const trail = await world.service.sql(`select user_id as by, changed->'state' as state from audit_entry where document_id = $1 and action = 'reopen'`, [open.id]);
    expect(trail).toEqual([{ by: world.manager.userId, state: { before: 'done', after: 'open' } }]);
    expect(await unit('AG-0004')).toMatchObject({ state: 'open', dealerId: world.otherDealerId });

    const done = { id: open.id, version: open.version, outcome: 'done', callId: reopened.id };
    await expect(units().markCampaignUnit(done)).rejects.toThrow(reason('CALL_NOT_SOLVED'));
    await solve(again);
    await units().markCampaignUnit(done);
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ done: 1, open: 3 });
  });

  it('Q-5: what a campaign that has ended came to stays as it was', async () => {
    stock('EN', 1);
    const id = await launched('EN', 1);
    const [unit] = await workList(id);
    const call = await calls(world, world.manager).openCall({ ...phoneCall, unitSerial: 'EN-0001' });
    const assigned = await calls(world, world.manager).assignCall({ id: call.id, version: call.version, technicianUserId: world.technicianId });
    const { version: solved } = await calls(world, world.technician).recordRepair({ ...goodRecord, id: call.id, version: assigned.version });
    await units().markCampaignUnit({ id: unit!.id, version: 1, outcome: 'done', callId: call.id });
    await campaigns().closeCampaign({ id, version: (await campaigns().getCampaign({ id })).version });
    await calls(world, world.manager).reopenCall({ id: call.id, version: solved, reason: '又漏' });
    expect(await units().getCampaignUnit({ id: unit!.id })).toMatchObject({ state: 'done', callId: call.id });
  });

  it('X-4: a clerk marks a dealer’s unit with the name of who asked; a dealer’s own user acts for himself', async () => {
    stock('AS', 2);
    const id = await launched('AS');
    const [unit] = await workList(id);
    const mark = { id: unit!.id, version: 1, outcome: 'unreachable', note: '无人接听' };
    await expect(units(world.clerk).markCampaignUnit(mark)).rejects.toThrow(reason('ASKED_BY_MISSING'));
    const marked = await units(world.clerk).markCampaignUnit({ ...mark, askedBy: ' 李经理 ' });
    expect(await units().getCampaignUnit({ id: unit!.id })).toMatchObject({ askedBy: '李经理', markedBy: world.clerk.userId });
    await units().markCampaignUnit({ ...mark, version: marked.version, askedBy: '王' });
    expect((await units().getCampaignUnit({ id: unit!.id })).askedBy).toBe('');
  });

  it('Q-5: the manufacturer takes a unit out or opens it again; the other dealer and other roles cannot', async () => {
    stock('EX', 2);
    const id = await launched('EX');
    const [unit] = await workList(id);
    await expect(units(world.otherManager).markCampaignUnit({ id: unit!.id, version: 1, outcome: 'contacted' })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(units().decideCampaignUnit({ id: unit!.id, version: 1, outcome: 'exclude', reason: '误列' })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
    await expect(units(engineer).decideCampaignUnit({ id: unit!.id, version: 1, outcome: 'exclude', reason: ' ' })).rejects.toThrow(reason('REASON_MISSING'));
    const out = await units(engineer).decideCampaignUnit({ id: unit!.id, version: 1, outcome: 'exclude', reason: '出厂前已更换' });
    expect((await campaigns().getCampaign({ id })).progress).toMatchObject({ units: 1, excluded: 1, customers: 1 });
    await expect(units().markCampaignUnit({ id: unit!.id, version: out.version, outcome: 'contacted' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    expect(await units(engineer).decideCampaignUnit({ id: unit!.id, version: out.version, outcome: 'reopen', reason: '核实有误' })).toMatchObject({ state: 'open' });
  });

  it('Q-5: a running campaign is collected again: new units come in, moved ones go to who serves them now, done ones stay', async () => {
    const [moved, kept] = stock('RE', 2);
    const id = await launched('RE');
    const [, second] = await workList(id);
    await units().markCampaignUnit({ id: second!.id, version: 1, outcome: 'done', note: '已换', photos: [{ id: newId(), sha256: 'b'.repeat(64) }] });
    for (const unit of [moved!, kept!]) Object.assign(unit, { dealerId: world.otherDealerId });
    registry.push({ unitId: newId(), serial: 'RE-0003', modelCode: 'FA-100', dealerId: world.dealerId, customerId: '' });
    const { version } = await campaigns().getCampaign({ id });
    expect(await campaigns().collectCampaign({ id, version })).toMatchObject({ state: 'running', units: 3, more: false });
    expect((await workList(id)).map(({ serial }) => serial)).toEqual(['RE-0002', 'RE-0003']);
    expect((await workList(id, world.otherManager)).map(({ serial }) => serial)).toEqual(['RE-0001']);
  });

  it('Q-5: it ends with a note while units are open, and then nothing is marked any more', async () => {
    stock('CL', 2);
    const id = await launched('CL');
    const { version } = await campaigns().getCampaign({ id });
    await expect(campaigns().closeCampaign({ id, version })).rejects.toThrow(reason('REASON_MISSING'));
    expect(await campaigns().closeCampaign({ id, version, note: '其余用户多次无法联系' })).toMatchObject({ state: 'closed' });
    const [unit] = await workList(id);
    await expect(units().markCampaignUnit({ id: unit!.id, version: 1, outcome: 'contacted' })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    expect((await units().getCampaignUnit({ id: unit!.id })).allowedActions.filter(({ allowed }) => allowed)).toEqual([]);
  });

  it('Q-5: when it ends with units open their dealers are told, whose units are done are not', async () => {
    stock('CT', 1);
    stock('CT', 1, { dealerId: world.otherDealerId, serial: 'CT-0002' });
    const id = await launched('CT', 2);
    const [done] = await workList(id);
    await units().markCampaignUnit({ id: done!.id, version: 1, outcome: 'done', note: '已换', photos: [{ id: newId(), sha256: 'c'.repeat(64) }] });
    const { version } = await campaigns().getCampaign({ id });
    await campaigns().closeCampaign({ id, version, note: '其余用户多次无法联系' });
    const told = await world.service.sql<{ dealer: string }>(
      `select payload::jsonb ->> 'recipientDealerId' as dealer from outbox where event_type = $1 and payload::jsonb ->> 'documentId' = $2 and payload::jsonb ->> 'kind' = 'campaign.closed'`,
      [NoticeRequestedSchema.typeName, id]);
    expect(told).toEqual([{ dealer: world.otherDealerId }]);
  });
});

/** Moves the business clock, so it comes last. */
describe('overdue', () => {
  it('Q-5: units that are not done by the campaign’s day are told once, to their dealers, quality engineer and supervisor', async () => {
    stock('DU', 1);
    const id = await launched('DU', 1);
    await world.service.moveClock('768h');
    await world.service.drain();
    const told = (await noticesOf(world, id)).filter(({ kind }) => kind === 'campaign.overdue').map(({ role }) => role);
    expect(told).toEqual(['dealer_manager', 'quality_engineer', 'service_supervisor']);
    expect((await campaigns().getCampaign({ id })).overdue).toBe(true);
    expect((await campaigns().listCampaigns({ state: 'running' })).items.find((item) => item.id === id)).toMatchObject({ overdue: true });
  });
});
