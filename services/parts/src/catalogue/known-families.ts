import { ProductFamilyService } from '@aftercare/contracts';
import { requireFamilyInUse, type KnownFamily } from '@aftercare/domain';
import { ServiceError, type Bus, type CallContext } from '@aftercare/messaging';

/** The families of the catalogue, which customers keeps; null where there is none. */
export function knownFamilies(bus: Bus, families: readonly string[], ctx: CallContext): Promise<(KnownFamily | null)[]> {
  return Promise.all(families.map(async (code) => {
    try {
      return await bus.client(ProductFamilyService).getProductFamily({ code }, { ctx });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return null;
      throw error;
    }
  }));
}

/** P-1, W-9: families that a part has already may be retired, those it gets are in use. Errors: FAMILY_UNKNOWN, FAMILY_RETIRED. */
export function requireNewFamilies(families: readonly string[], known: readonly (KnownFamily | null)[], present: readonly string[]): void {
  families.forEach((family, at) => {
    if (!present.includes(family)) requireFamilyInUse(known[at], `families[${at}]`);
  });
}
