import { Injectable } from '@nestjs/common';
import type { CallContext } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';
import { requestContext } from '../http/caller.js';
import { DealerStandings } from './dealer-standings.js';
import { sessionToken } from './session-cookie.js';
import { Sessions, type SessionUser } from './sessions.js';

/** Makes the caller of a request from its session and the standing of his dealer. */
@Injectable()
export class Callers {
  constructor(
    private readonly sessions: Sessions,
    private readonly standings: DealerStandings,
  ) {}

  /** The signed-in user, or null. */
  userOf(request: FastifyRequest): Promise<SessionUser | null> {
    return this.sessions.find(sessionToken(request));
  }

  /** The caller as the services hear him. Errors: DEALER_UNKNOWN, unavailable. */
  async contextOf(request: FastifyRequest, user: SessionUser): Promise<CallContext> {
    const standing = user.dealerId === null ? null : await this.standings.of(user.dealerId);
    return {
      ...requestContext(request),
      userId: user.id,
      userName: user.name,
      role: user.role,
      dealerId: user.dealerId,
      dealerStatus: standing?.status ?? null,
      childDealerIds: standing?.childIds ?? [],
      siteId: user.siteId,
    };
  }

  /** Somebody without an account, as behind a one-time link. Keys of nobody in particular would be shared, so none is kept. */
  anonymous(request: FastifyRequest): CallContext {
    return {
      ...requestContext(request), idempotencyKey: undefined, userId: '', userName: '', role: 'customer', dealerId: null, dealerStatus: null, childDealerIds: [], siteId: null,
    };
  }
}
