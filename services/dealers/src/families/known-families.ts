import { Injectable } from '@nestjs/common';
import { ProductFamilyService } from '@aftercare/contracts';
import type { KnownFamily } from '@aftercare/domain';
import { Bus, ServiceError, type CallContext } from '@aftercare/messaging';

const PAGE_ROWS = 200;

/** The families of the catalogue, which customers keeps: asked before a transaction. */
@Injectable()
export class KnownFamilies {
  constructor(private readonly bus: Bus) {}

  /** Null where the catalogue has none of this code. */
  async of(code: string, ctx: CallContext): Promise<KnownFamily | null> {
    try {
      return await this.bus.client(ProductFamilyService).getProductFamily({ code }, { ctx });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** The whole catalogue by code. */
  async all(ctx: CallContext): Promise<Map<string, KnownFamily>> {
    const found = new Map<string, KnownFamily>();
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await this.bus.client(ProductFamilyService).listProductFamilies({ page: { limit: PAGE_ROWS, cursor } }, { ctx });
      for (const family of items) found.set(family.code, family);
      if (nextCursor === '') return found;
      cursor = nextCursor;
    }
  }
}
