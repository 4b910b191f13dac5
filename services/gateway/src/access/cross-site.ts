import type { FastifyRequest } from 'fastify';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * True for a change that a browser sends from another site: beside SameSite=Lax the second lock against forged requests.
 * Browsers say where a request comes from; programs say nothing and carry no foreign person's cookie.
 */
export function isCrossSite(request: Pick<FastifyRequest, 'method' | 'headers'>, publicUrl: string | undefined): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  if (publicUrl !== undefined && URL.canParse(publicUrl) && new URL(publicUrl).origin === origin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
