import { businessDate, isId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { expectVersion, scopeCondition, type Database, type Tx } from '@aftercare/service';
import { AgreementEntity } from '../agreements/agreement.entity.js';
import { presentAgreement } from '../agreements/agreement.rules.js';
import { finish, type Contract, type DealerFile } from './dealer-change.js';
import { DealerContractEntity, DealerEntity } from './dealer.entity.js';
import { requireDealerRole, type DealerAction } from './dealer.rules.js';

/** A dealer the caller may see; a foreign one looks like a missing one. */
export async function loadDealer(tx: Tx, id: string, lock?: 'pessimistic_write' | 'pessimistic_read'): Promise<DealerEntity> {
  const scope = scopeCondition(tx.ctx, 'dealer.id');
  const query = tx.em.createQueryBuilder(DealerEntity, 'dealer').where('dealer.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const dealer = isId(id) ? await (lock ? query.setLock(lock) : query).getOne() : null;
  if (!dealer) throw notFound('dealer');
  return dealer;
}

export async function loadContract(tx: Tx, { id: dealerId, status }: DealerEntity): Promise<Contract> {
  const found = await tx.em.findOneBy(DealerContractEntity, { dealerId });
  const agreements = await tx.em.findBy(AgreementEntity, { dealerId });
  return { dealerId, taxIdentity: found?.taxIdentity ?? null, agreement: presentAgreement(agreements, status, businessDate(await tx.now())) };
}

/** A change of one dealer: which, by whom, and what is done to it. */
export interface DealerChange {
  action: DealerAction;
  /** The version is null where the caller names many dealers and has not read each of them. */
  request: { id: string; version: number | null };
  work(tx: Tx, loaded: DealerFile): Promise<void>;
}

/** One change of a dealer: seen by the caller, allowed to the role, based on the present version. */
export function changeDealer(database: Database, ctx: CallContext, { action, request, work }: DealerChange) {
  return database.command(ctx, async (tx) => {
    const dealer = await loadDealer(tx, request.id, 'pessimistic_write');
    requireDealerRole(action, ctx);
    if (request.version !== null) expectVersion(dealer, request.version, { id: dealer.id, state: dealer.status });
    const before = { ...dealer };
    const loaded = { dealer, contract: await loadContract(tx, dealer) };
    await work(tx, loaded);
    dealer.version += 1;
    await tx.em.save(DealerEntity, dealer);
    return finish(tx, loaded, action, before);
  }, { request });
}
