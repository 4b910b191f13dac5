import { Controller } from '@nestjs/common';
import { DealerService, NoticeRequestedSchema, type NameSuccessorRequest, type TerminateDealerRequest } from '@aftercare/contracts';
import { Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { finish } from './dealer-change.js';
import { DealerEntity } from './dealer.entity.js';
import { nameSuccessor, terminate } from './dealer.rules.js';
import { changeDealer, loadContract, loadDealer } from './dealer.store.js';

type DealerEnding = Pick<Handlers<typeof DealerService>, 'terminateDealer' | 'nameSuccessor'>;

/** D-1: the end of an agreement. Customers and repairs hear of it and move what goes to the successor. */
@Controller()
export class DealerEndingHandlers implements DealerEnding {
  constructor(private readonly database: Database) {}

  @Rpc(DealerService.method.terminateDealer)
  terminateDealer(request: TerminateDealerRequest, ctx: CallContext) {
    return changeDealer(this.database, ctx, {
      action: 'terminate', request,
      work: async (tx, { dealer }) => {
        const successor = request.successorDealerId === '' ? null : await loadSuccessor(tx, request.successorDealerId);
        dealer.status = terminate(dealer, request.reason, successor);
        dealer.statusReason = request.reason.trim();
        dealer.successorDealerId = successor?.id ?? null;
        await freeChildren(tx, dealer.id);
        if (successor === null) await tellNobodyFollows(tx, dealer);
      },
    });
  }

  /** The supervisor names who follows a dealer for whom nobody was there. */
  @Rpc(DealerService.method.nameSuccessor)
  nameSuccessor(request: NameSuccessorRequest, ctx: CallContext) {
    return changeDealer(this.database, ctx, {
      action: 'name-successor', request,
      work: async (tx, { dealer }) => {
        const successor = await loadSuccessor(tx, request.successorDealerId);
        nameSuccessor(dealer, successor);
        dealer.successorDealerId = successor.id;
      },
    });
  }
}

/** Two dealers are named: the answer says which of them there is none of. Errors: NOT_FOUND with the field. */
async function loadSuccessor(tx: Tx, id: string): Promise<DealerEntity> {
  try {
    return await loadDealer(tx, id, 'pessimistic_read');
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'not_found') throw error;
    throw new ServiceError('not_found', 'NOT_FOUND', error.message, { field: 'successorDealerId' });
  }
}

/** D-1: sub-dealers stand on their own agreements; they go on without a parent, and the one that left sees nothing of theirs any more. */
async function freeChildren(tx: Tx, parentId: string): Promise<void> {
  const children = await tx.em.find(DealerEntity, { where: { parentId }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
  for (const child of children) {
    const before = { ...child };
    Object.assign(child, { parentId: null, version: child.version + 1 });
    await tx.em.save(DealerEntity, child);
    await finish(tx, { dealer: child, contract: await loadContract(tx, child) }, 'leave-parent', before);
  }
}

async function tellNobodyFollows(tx: Tx, dealer: DealerEntity): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    kind: 'dealer.successor_missing', recipientRole: 'service_supervisor', documentKind: 'dealer', documentId: dealer.id, documentNumber: dealer.code, severity: 'warning', params: '{}',
  });
}
