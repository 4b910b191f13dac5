import { ProductModelService } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { ServiceError, type Bus, type CallContext } from '@aftercare/messaging';
import type { Database } from '@aftercare/service';

/** Which of the named models exist: as events told; one that nobody told, since it is a draft, is a fact of customers, asked before the transaction. */
export async function knownModels({ db, bus }: { db: Database; bus: Bus }, named: readonly string[], ctx: CallContext): Promise<ReadonlySet<string>> {
  const ids = [...new Set(named.filter(isId))];
  if (ids.length === 0) return new Set();
  const told = await db.many<{ id: string }>(ctx, { name: 'known_models', text: 'select id from known_model where id = any($1::uuid[])', values: [ids] });
  const known = new Set(told.map(({ id }) => id));
  const asked = await Promise.all(ids.filter((id) => !known.has(id)).map(async (id) => ((await exists(bus, id, ctx)) ? [id] : [])));
  return new Set([...known, ...asked.flat()]);
}

async function exists(bus: Bus, id: string, ctx: CallContext): Promise<boolean> {
  try {
    await bus.client(ProductModelService).getProductModel({ id }, { ctx });
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not_found') return false;
    throw error;
  }
}
