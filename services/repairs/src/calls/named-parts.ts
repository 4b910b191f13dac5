import { PartService } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import type { Bus, CallContext } from '@aftercare/messaging';

/** Which of the named parts the catalogue has: a fact of parts, asked before the transaction. */
export async function knownParts(bus: Bus, named: readonly { partId: string }[], ctx: CallContext): Promise<ReadonlySet<string>> {
  const ids = [...new Set(named.map(({ partId }) => partId).filter(isId))];
  if (ids.length === 0) return new Set();
  const { items } = await bus.client(PartService).findParts({ ids }, { ctx });
  return new Set(items.map(({ id }) => id));
}
