import { createHmac, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id with 19 MiB, 2 passes, 1 lane: what OWASP names as the minimum, 13 ms here. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const ONE_TIME_LENGTH = 20;
/** Letters and digits that are not mistaken for each other when read from paper. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2);
}

/** The hash of a password nobody has: an unknown name must take as long to refuse as a wrong password. */
let decoy: Promise<string> | undefined;

/** True when the password belongs to the hash; without a hash always false, after the same work. */
export async function passwordFits(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  const fits = await verify(passwordHash ?? (await decoy), password);
  return fits && passwordHash !== undefined;
}

/** What tells a repeated request from one with another password and lets nobody without the server's secret try passwords. */
export function passwordMark(secret: string, password: string): string {
  return createHmac('sha256', secret).update(`request-password ${password}`).digest('hex');
}

/**
 * The one-time password of an account: derived, not stored, so that the repeated answer of an idempotent request can show it
 * again without any table holding it. Each serial gives another one.
 */
export function oneTimePassword(secret: string, userId: string, serial: number): string {
  const bytes = createHmac('sha256', secret).update(`one-time-password ${userId} ${serial}`).digest();
  const letters = [...bytes.subarray(0, ONE_TIME_LENGTH)].map((byte) => READABLE[byte % READABLE.length]);
  return letters.join('').replace(/(.{5})(?=.)/g, '$1-');
}
