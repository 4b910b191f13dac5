import { businessDate } from '@aftercare/domain';
import { eventually, type Api, type Ref } from '../http/api.js';
import type { Stage } from '../story/loop.js';

/** As people write of somebody: not as anything of it is stored. */
export const WORDS = '欧阳女士，住金丝雀弄堂77号，电 021-64330077';
/** Pieces of it that would tell who it is. */
export const PIECES = ['欧阳女士', '弄堂77号', '64330077'];

const HOUR_MS = 3_600_000;
const SHEET = ['name,phones,regionCode,addressDetail,language,consentService', '欧阳女士,021-64330077,310104,金丝雀弄堂77号,zh-CN,是'];

/** Writes the words wherever a reason, a note, a checklist or a report takes them; answers where the sheet that names the person is read. */
export async function plantWords(stage: Stage & { serials: string[] }, customerId: string): Promise<{ sheet: string }> {
  const { manager } = stage.dealer;
  await manager.raw('POST', `/customers/${customerId}/reveal`, { reason: WORDS });
  const { version } = await manager.get<Ref>(`/customers/${customerId}`);
  await manager.post(`/customers/${customerId}/pin-class`, { version, class: 'B', reason: WORDS });
  await failedInstallation(stage, customerId);
  return { sheet: await importedSheet(manager) };
}

/** Not accepted, with words in the reason and the checklist; its quality report is opened. */
async function failedInstallation({ dealer, serials, now }: Stage & { serials: string[] }, customerId: string): Promise<void> {
  const unit = await dealer.manager.get<Ref>(`/product-units/by-serial/${serials[20]}`);
  await dealer.manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId, purchaseDate: businessDate(now()), salePrice: '888.00' });
  const from = now().getTime() + HOUR_MS;
  const planned = await dealer.manager.post('/installations', {
    unitId: unit.id, technicianUserId: dealer.technicianUserId, appointmentFrom: new Date(from).toISOString(), appointmentTo: new Date(from + HOUR_MS).toISOString(),
  });
  await dealer.technician.post(`/installations/${planned.id}/fail`, {
    version: planned.version, reason: WORDS, checklist: [{ code: 'no_leak', passed: false, note: WORDS }, { code: 'water_pressure', passed: true }],
  });
  const reports = () => dealer.manager.get<{ items: { serial: string }[] }>('/quality-reports?limit=200');
  await eventually(reports, ({ items }) => items.some(({ serial }) => serial === serials[20]), 'the report of the failed installation');
}

async function importedSheet(manager: Api): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([SHEET.join('\n')], { type: 'text/csv' }), 'customers.csv');
  const { body } = await manager.raw<{ id: string; service: string }>('POST', '/imports/customers?dryRun=true', form);
  const path = `/jobs/${body.service}/${body.id}`;
  await eventually(() => manager.get<{ state: string }>(path), ({ state }) => state === 'done' || state === 'failed', 'the check of the sheet');
  return `${path}/marked-up`;
}
