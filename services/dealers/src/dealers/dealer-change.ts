import { DealerChangedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import type { AgreementEntity } from '../agreements/agreement.entity.js';
import { fileAgreement, type FiledAgreement } from '../agreements/agreement.store.js';
import type { Contact } from '../contacts/contact.rules.js';
import { addContact } from '../contacts/contact.store.js';
import { statusChanged } from '../duties/duty-opening.js';
import { DealerContractEntity, DealerEntity } from './dealer.entity.js';
import type { TaxIdentity } from './dealer.rules.js';

/** What is agreed with a dealer: its identity for invoices and the agreement it stands on today. */
export interface Contract extends DealerContractEntity {
  agreement: AgreementEntity | null;
}

export interface DealerFile {
  dealer: DealerEntity;
  contract: Contract;
}

/** What a draft begins with. */
export interface DealerDraft {
  dealer: DealerEntity;
  taxIdentity: TaxIdentity | null;
  agreement: FiledAgreement | null;
  contacts: Contact[];
}

/** D-1: keeps a checked draft of a dealer; its agreement and contacts are kept with it. */
export async function keepDraft(tx: Tx, { dealer, taxIdentity, agreement, contacts }: DealerDraft) {
  await tx.em.insert(DealerEntity, dealer);
  await tx.em.insert(DealerContractEntity, { dealerId: dealer.id, taxIdentity });
  if (agreement) await fileAgreement(tx, dealer.id, agreement);
  for (const contact of contacts) await addContact(tx, dealer.id, contact);
  return finish(tx, { dealer, contract: { dealerId: dealer.id, taxIdentity, agreement: null } }, 'create', null);
}

/** The audit entry, the event and the answer of a change. An address may be a person's, so its value is kept apart. */
export async function finish(tx: Tx, { dealer, contract }: DealerFile, action: string, before: DealerEntity | null) {
  const fields = ['code', 'name', 'nameEn', 'regionCode', 'territory', 'status', 'statusReason', 'successorDealerId', 'parentId'] as const;
  const personal = ['addressDetail'] as const;
  await tx.audit({
    action, kind: 'dealer', id: dealer.id, dealerId: dealer.id,
    changed: changes(fields, before, dealer),
    personal: changes(personal, before, dealer),
  });
  await tx.announce(DealerChangedSchema, {
    dealerId: dealer.id, code: dealer.code, name: dealer.name, status: dealer.status, parentId: dealer.parentId ?? '',
    territoryRegionCodes: dealer.territory, taxIdentity: contract.taxIdentity ?? undefined,
    successorDealerId: dealer.successorDealerId ?? '', version: dealer.version,
    regionCode: dealer.regionCode, nameEn: dealer.nameEn,
  });
  if (before?.status !== dealer.status) await statusChanged(tx, dealer);
  return { id: dealer.id, number: dealer.code, state: dealer.status, version: dealer.version };
}

function changes<K extends keyof DealerEntity>(fields: readonly K[], before: DealerEntity | null, after: DealerEntity) {
  const differs = (field: K): boolean => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field]);
  return Object.fromEntries(fields.filter(differs).map((field) => [field, { before: before?.[field] ?? null, after: after[field] }]));
}
