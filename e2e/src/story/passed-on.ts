import { businessDate } from '@aftercare/domain';
import type { Api, Ref } from '../http/api.js';
import { registerDealer } from './people.js';
import type { Stage } from './loop.js';

const TEXT = { description: '出水口渗水', cause: '密封圈', action: '更换密封圈' };

/**
 * A call whose first dealer recorded, reported, asked and claims goes on to another dealer, which is warned of what the report found
 * records in its turn, and cannot read what the first one wrote. Answers the call's state at last, and the reports with their dealers.
 */
export async function passedOn(stage: Stage, password: string, serial: string): Promise<{ state: string; reports: { dealerId: string; state: string }[]; other: string }> {
  const { dealer, people } = stage;
  const draft = { code: 'PASSED-ON', name: '接手', regionCode: '320100', territory: ['320000'] };
  const { id: other, manager: successor, technicianUserId } = await registerDealer(people, { url: stage.url, password, suffix: '' }, draft);
  const opened = await dealer.manager.post('/repair-calls', {
    channel: 'phone', unitSerial: serial, contactName: '陈女士', contactPhone: '13698765432',
    address: { regionCode: '310104', detail: '漕溪北路88弄3号502室' }, symptoms: '渗水', intake: { when: '今天', what: '渗水' },
  });
  const path = `/repair-calls/${opened.id}`;
  const assigned = await dealer.manager.post<Ref>(`${path}/assign`, { version: opened.version, technicianUserId: dealer.technicianUserId });
  const found = { faultCode: stage.goods.faultCode, faultDescription: '渗水', cause: '密封圈', action: '待更换', designDefect: true };
  await dealer.technician.post(`${path}/record`, { version: assigned.version, faults: [found], labourFee: '0.00', travelFee: '0.00', resolved: false });
  await dealer.manager.post(`${path}/request-support`, { kind: 'support', question: '怎么处理？' });
  await dealer.manager.post('/reimbursements', {
    callId: opened.id, reason: 'too_far', performedOn: businessDate(stage.now().toISOString()), performedBy: '小李五金', description: '更换角阀', amount: '60.00', payeeKind: 'dealer',
  });
  await warned(stage, successor, serial);
  const call = await people.clerk.get<Ref>(path);
  await people.clerk.post(`${path}/route`, { version: call.version, dealerId: other, reason: '太远' });
  const routed = await successor.get<Ref>(path);
  const passed = await successor.post<Ref>(`${path}/assign`, { version: routed.version, technicianUserId });
  const { state } = await successor.post<Ref>(`${path}/record`, { version: passed.version, faults: [found], labourFee: '0.00', travelFee: '0.00', resolved: true });
  const { items } = await people.quality.get<{ items: { dealerId: string; state: string }[] }>(`/quality-reports?serial=${serial}`);
  return { state, reports: items.map(({ dealerId, state: at }) => ({ dealerId, state: at })), other };
}

/** The report is handed in and answered, and another dealer reads the warning. */
async function warned({ dealer, people }: Stage, successor: Api, serial: string): Promise<void> {
  const { items: [due] } = await people.quality.get<{ items: Ref[] }>(`/quality-reports?serial=${serial}`);
  const path = `/quality-reports/${due?.id}`;
  const { version } = await dealer.manager.post<Ref>(`${path}/submit`, { version: due?.version, ...TEXT, visibleDamage: false });
  const reviewed = await people.quality.post<Ref>(`${path}/review`, { version });
  await people.quality.post(`${path}/define-action`, { version: reviewed.version, answer: '更换密封圈', actionSerials: [serial], warnsOthers: true, warning: '注意密封圈' });
  await dealer.manager.post(`${path}/read-answer`, {});
  await successor.post(`/quality-warnings/${due?.id}/read`, {});
}
