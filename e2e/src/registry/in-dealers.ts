import { DealerChangedSchema, ModelPublishedSchema } from '@aftercare/contracts';
import { announceStatement } from '@aftercare/messaging';
import { hash } from '@node-rs/argon2';
import type { Client } from 'pg';
import { callNumber, INSTALLATION_NUMBER, type Step } from './world.js';
import type { MadeDealer, MadeModel } from './plan.js';

/** The password of everybody made here, as of the demo's people. */
export const PASSWORD = 'Demo-2026-aftercare';
/** As the gateway hashes; one hash for all, since they share the password. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CTX = { requestId: 'registry' };

/** Dealers with contract, agreement and technicians. There are few, so they are told over the bus like any other (D-1). */
export async function makeDealers(client: Client, dealers: MadeDealer[], created: string): Promise<void> {
  for (const dealer of dealers) {
    const taxIdentity = {
      title: `${dealer.name}有限公司`, taxNumber: `91310000MA1K${String(dealer.n).padStart(5, '0')}X`, bank: '工商银行', account: '1001000100010001',
      address: '建材市场1号', phone: '02162345678',
    };
    await client.query(`insert into dealer (id, code, name, name_en, region_code, address_detail, parent_id, territory, status, status_reason,
        drafted_by, version, created_at)
      values ($1, $2, $3, $4, $5, '建材市场1号', $6, $7, 'active', '', 'registry', 2, $8)`,
    [dealer.id, dealer.code, dealer.name, `Dealer ${dealer.code}`, dealer.regions[0], dealer.parentId, dealer.territory, created]);
    await client.query(`insert into dealer_contact (id, dealer_id, name, position, phone, mail, purpose, main, version, created_at)
      values (gen_random_uuid(), $1, '钱经理', '经理', '02162345678', '', 'service', true, 1, $2)`, [dealer.id, created]);
    await client.query('insert into dealer_contract (dealer_id, tax_identity) values ($1, $2)', [dealer.id, taxIdentity]);
    await client.query(`insert into dealer_agreement (id, dealer_id, number, valid_from, valid_to, state, filed_by, version, created_at)
      values (gen_random_uuid(), $1, $2, ($3::timestamptz at time zone 'Asia/Shanghai')::date, ($3::timestamptz at time zone 'Asia/Shanghai')::date + 3650, 'approved', 'registry', 2, $3)`,
    [dealer.id, `AG-${dealer.code}`, created]);
    await client.query(`insert into technician (id, dealer_id, user_id, name, active, version, created_at)
      select gen_random_uuid(), $1, user_id, '师傅' || at, true, 1, $3 from unnest($2::text[]) with ordinality t (user_id, at)`, [dealer.id, dealer.technicianIds, created]);
    await client.query(announceStatement(DealerChangedSchema, {
      dealerId: dealer.id, code: dealer.code, name: dealer.name, status: 'active', parentId: dealer.parentId ?? '', territoryRegionCodes: dealer.territory,
      taxIdentity, successorDealerId: '', version: 2, regionCode: dealer.regions[0], nameEn: `Dealer ${dealer.code}`,
    }, CTX));
  }
}

const MONTH = `to_char(business_now() at time zone 'Asia/Shanghai', 'YYYY-MM')`;
const monthOf = (at: string): string => `to_char(${at} at time zone 'Asia/Shanghai', 'YYYY-MM')`;
const LINES = `insert into monthly_report_line (id, dealer_id, report_id, source, item_id, item_number, happened_at, item_on, outcome, serial, model_code, fault_codes, pieces,
    included, counted, after_submission, note, left_out_reason)`;

/** D-7: duties begin with the running month, and its reports hold what the events of this month would have put there. */
export const DUTIES: readonly Step[] = [
  {
    what: 'statuses',
    sql: `insert into dealer_status_change (dealer_id, version, status, since) select d.id, d.version, d.status, d.created_at from dealer d join g_dealer g on g.id = d.id`,
  },
  {
    what: 'monthly reports',
    sql: `insert into monthly_report (id, dealer_id, month, kind, state, nil, due_on, version)
      select gen_random_uuid(), d.id, ${MONTH}, k, 'open', false, ((${MONTH} || '-01')::date + interval '1 month 2 days')::date, 1
      from g_dealer d cross join unnest(array['installation', 'repair']) k`,
  },
  {
    what: 'next months',
    sql: `insert into deadline (kind, ref, due_at, payload)
      select 'duties-month', d.id::text, n.day::timestamp at time zone 'Asia/Shanghai', jsonb_build_object('month', to_char(n.day, 'YYYY-MM'))
      from g_dealer d cross join lateral (select (${MONTH} || '-01')::date + interval '1 month' as day) n`,
  },
  {
    what: 'installations of the month',
    sql: `${LINES} select gen_random_uuid(), u.dealer_id, r.id, 'recorded', pg_temp.uid('installation', n, sold_at), ${INSTALLATION_NUMBER},
        pg_temp.day(installed_at)::timestamp at time zone 'Asia/Shanghai', pg_temp.day(installed_at), 'accepted', serial, model_code, '{}', 0, true, true, false, '', ''
      from g_unit u join monthly_report r on r.dealer_id = u.dealer_id and r.kind = 'installation' and r.month = ${monthOf('u.installed_at')} where r.month = ${MONTH}`,
  },
  {
    what: 'repairs of the month',
    sql: `${LINES} select gen_random_uuid(), c.dealer_id, r.id, 'recorded', c.id, ${callNumber('c.')}, resolved_at, pg_temp.day(resolved_at),
        case when confirmed_at is null then 'resolved' else 'filed' end, serial, '', f.codes, f.pieces, true, true, false, '', ''
      from g_call c join g_found f on f.n = c.n join monthly_report r on r.dealer_id = c.dealer_id and r.kind = 'repair' and r.month = ${monthOf('c.resolved_at')} where r.month = ${MONTH}`,
  },
];

/** Models in force, told over the bus. */
export async function makeModels(client: Client, models: MadeModel[], created: string): Promise<void> {
  for (const model of models) {
    await client.query(`insert into product_family (id, code, name, name_en, active, version, created_at) values (gen_random_uuid(), $1, $2, $3, true, 1, $4)
      on conflict (code) do nothing`, [model.family, model.familyName, model.familyNameEn, created]);
    await client.query(`insert into product_model (id, code, name, name_en, family, state, drafted_by, version, created_at)
      values ($1, $2, $3, $4, $5, 'published', 'registry', 2, $6)`, [model.id, model.code, model.name, model.nameEn, model.family, created]);
    await client.query(announceStatement(ModelPublishedSchema, { modelId: model.id, code: model.code, name: model.name, family: model.family, version: 2 }, CTX));
  }
}

/** Who signs in at a made dealer. */
export const managerLogin = ({ code }: { code: string }): string => `${code.toLowerCase()}-manager`;
export const technicianLogin = ({ code }: { code: string }, at = 1): string => `${code.toLowerCase()}-technician-${at}`;

export interface MadeAccount {
  id: string;
  username: string;
  name: string;
  role: string;
  dealerId: string | null;
}

/** A manager's and the technicians' accounts of each dealer. */
export async function makeAccounts(client: Client, dealers: MadeDealer[], created: string): Promise<void> {
  const accounts = dealers.flatMap((dealer): MadeAccount[] => [
    { id: dealer.managerId, username: managerLogin(dealer), name: '钱经理', role: 'dealer_manager', dealerId: dealer.id },
    ...dealer.technicianIds.map((id, index) => ({ id, username: technicianLogin(dealer, index + 1), name: `师傅${index + 1}`, role: 'dealer_technician', dealerId: dealer.id })),
  ]);
  await insertAccounts(client, accounts, created);
}

/** Accounts that all have the PASSWORD. */
export async function insertAccounts(client: Client, accounts: MadeAccount[], created: string): Promise<void> {
  await client.query(`insert into app_user (id, username, name, role, dealer_id, password_hash, created_at)
    select id, username, name, role, "dealerId", $2, $3 from jsonb_to_recordset($1) as a (id uuid, username text, name text, role text, "dealerId" uuid)`,
  [JSON.stringify(accounts), await hash(PASSWORD, ARGON2), created]);
}
