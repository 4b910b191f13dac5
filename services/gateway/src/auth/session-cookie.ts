import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_DAYS } from './sessions.js';

export const SESSION_COOKIE = 'aftercare_session';
const DAY_S = 86_400;
const PAIR = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`);

/** The session token a request carries, or ''. */
export function sessionToken(request: Pick<FastifyRequest, 'headers'>): string {
  return PAIR.exec(request.headers.cookie ?? '')?.[1] ?? '';
}

/** Gives the token to the browser: out of reach of scripts, not sent along from other sites, over TLS only where there is TLS. */
export function giveToken(reply: FastifyReply, token: string, secure: boolean): void {
  void reply.header('set-cookie', cookie(token, SESSION_DAYS * DAY_S, secure));
}

export function takeToken(reply: FastifyReply, secure: boolean): void {
  void reply.header('set-cookie', cookie('', 0, secure));
}

function cookie(value: string, maxAge: number, secure: boolean): string {
  return `${SESSION_COOKIE}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
