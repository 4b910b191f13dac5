import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { DEALER_STATUSES, type DealerStatus } from '@aftercare/domain';
import type { CallerRole } from './call-context.js';
import { ServiceError } from '../errors/service-error.js';

/** Who asks, as signed by the issuer that knows: the gateway for people, a service for itself. */
export interface Identity {
  userId: string;
  userName: string;
  role: CallerRole;
  dealerId: string | null;
  /** Standing of that dealer when the gateway signed (D-1); null for the manufacturer's staff. */
  dealerStatus: DealerStatus | null;
  childDealerIds: string[];
  siteId: string | null;
  locale: 'zh-CN' | 'en';
}

/** An identity whose signature was checked. */
export interface VerifiedIdentity extends Identity {
  issuer: string;
  /** When the token ends, milliseconds of the real clock. */
  expiresAtMs: number;
}

/** The issuer that may speak for people; every other may only speak for the system. */
export const GATEWAY_ISSUER = 'gateway';

const LIFETIME_MS = 120_000;
const RENEW_BEFORE_END_MS = 60_000;
const CLOCK_SKEW_MS = 5_000;
const CACHE_SIZE_MAX = 10_000;
const TOKEN_LENGTH_MAX = 16_000;

/** A map that forgets its oldest entries, so that a caller cannot fill the memory with tokens. */
class BoundedCache<V> {
  private readonly entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: V): void {
    if (this.entries.size >= CACHE_SIZE_MAX) {
      const oldest = this.entries.keys().next().value;
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.entries.delete(key);
    this.entries.set(key, value);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}

/** Signs identities with the process's Ed25519 key. A token is used again for a minute: signing costs more than sending. */
export class IdentitySigner {
  private readonly key: KeyObject;
  private readonly issued = new BoundedCache<{ token: string; expiresAtMs: number }>();

  constructor(
    readonly issuer: string,
    privateKeyPem: string,
  ) {
    this.key = createPrivateKey(privateKeyPem);
  }

  /** The header value for this identity: base64url(JSON).base64url(signature), valid for at most 120 s. */
  sign(identity: Identity): string {
    const { userId, userName, role, dealerId, dealerStatus, childDealerIds, siteId, locale } = identity;
    const claims = { userId, userName, role, dealerId, dealerStatus, childDealerIds, siteId, locale };
    const cacheKey = JSON.stringify(claims);
    const nowMs = Date.now();
    const known = this.issued.get(cacheKey);
    if (known && known.expiresAtMs - nowMs > RENEW_BEFORE_END_MS) return known.token;
    const expiresAtMs = nowMs + LIFETIME_MS;
    const body = Buffer.from(JSON.stringify({ ...claims, issuer: this.issuer, expiresAtMs })).toString('base64url');
    const token = `${body}.${sign(null, Buffer.from(body), this.key).toString('base64url')}`;
    this.issued.set(cacheKey, { token, expiresAtMs });
    return token;
  }
}

/** Checks tokens against the trusted public keys; a checked token is remembered until it ends. */
export class IdentityVerifier {
  private readonly keys = new Map<string, KeyObject>();
  private readonly verified = new BoundedCache<VerifiedIdentity>();

  /** @param trusted public keys (PEM) by issuer */
  constructor(trusted: Record<string, string>) {
    for (const [issuer, pem] of Object.entries(trusted)) this.keys.set(issuer, createPublicKey(pem));
  }

  /** The identity of a token. Errors: unauthenticated with IDENTITY_MISSING, IDENTITY_INVALID or IDENTITY_EXPIRED. */
  verify(token: string | undefined): VerifiedIdentity {
    if (!token) throw refused('IDENTITY_MISSING', 'The call carries no identity.');
    let identity = this.verified.get(token);
    if (!identity) {
      identity = this.check(token);
      this.verified.set(token, identity);
    }
    if (identity.expiresAtMs + CLOCK_SKEW_MS < Date.now()) {
      this.verified.delete(token);
      throw refused('IDENTITY_EXPIRED', 'The identity of the call has expired.');
    }
    return identity;
  }

  private check(token: string): VerifiedIdentity {
    const [body, signature, ...rest] = token.split('.');
    if (token.length > TOKEN_LENGTH_MAX || !body || !signature || rest.length > 0) throw invalid('is malformed');
    const claims = parseClaims(body);
    const key = this.keys.get(claims.issuer);
    if (!key) throw invalid('comes from an issuer that is not trusted');
    if (!verify(null, Buffer.from(body), key, Buffer.from(signature, 'base64url'))) throw invalid('has a wrong signature');
    if (claims.issuer !== GATEWAY_ISSUER && claims.role !== 'system') throw invalid('claims more than its issuer may');
    if (claims.expiresAtMs - Date.now() > LIFETIME_MS + CLOCK_SKEW_MS) throw invalid('is valid for too long');
    return claims;
  }
}

function refused(reason: string, message: string): ServiceError {
  return new ServiceError('unauthenticated', reason, message);
}

function invalid(why: string): ServiceError {
  return refused('IDENTITY_INVALID', `The identity of the call ${why}.`);
}

/** Reads the claims before their signature is checked, so nothing of the shape may be taken for granted. */
function parseClaims(body: string): VerifiedIdentity {
  let claims: Record<string, unknown>;
  try {
    claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    throw invalid('is malformed');
  }
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
  const { issuer, expiresAtMs, userId, userName, role, dealerId, dealerStatus, childDealerIds, siteId, locale } = claims ?? {};
  const complete =
    isText(issuer) && isText(userId) && isText(userName) && isText(role) && isTextOrNull(dealerId) && isTextOrNull(siteId) &&
    typeof expiresAtMs === 'number' && Array.isArray(childDealerIds) && childDealerIds.every(isText);
  if (!complete) throw invalid('is malformed');
  return Object.freeze({
    issuer, expiresAtMs, userId, userName, dealerId, siteId,
    role: role as CallerRole,
    dealerStatus: DEALER_STATUSES.find((status) => status === dealerStatus) ?? null,
    childDealerIds: childDealerIds as string[],
    locale: locale === 'en' ? 'en' : 'zh-CN',
  });
}
