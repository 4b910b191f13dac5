// Keys and secrets of a local platform, made once and kept in one private folder. Node built-ins only.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './processes.mjs';

const PRIVATE = { mode: 0o600 };

/**
 * Makes an Ed25519 key per issuer where missing: `<issuer>.pem` (private, for that process only) and `trusted.json`
 * (issuer → public key as PEM, for all). Keys that exist are kept.
 *
 * @param {string} folder
 * @param {string[]} issuers
 * @returns {{ trustedKeysFile: string, signingKeyFile(issuer: string): string }}
 */
export function makeKeys(folder, issuers) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const signingKeyFile = (issuer) => join(folder, `${issuer}.pem`);
  const trustedKeysFile = join(folder, 'trusted.json');
  const trusted = Object.fromEntries(
    issuers.map((issuer) => {
      const file = signingKeyFile(issuer);
      if (!existsSync(file)) {
        writeWhole(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), PRIVATE);
      }
      const publicKey = createPublicKey(createPrivateKey(readFileSync(file, 'utf8')));
      return [issuer, publicKey.export({ type: 'spki', format: 'pem' })];
    }),
  );
  writeWhole(trustedKeysFile, `${JSON.stringify(trusted, null, 2)}\n`);
  return { trustedKeysFile, signingKeyFile };
}

/**
 * Derives any number of secrets from one random file, so that each role, broker user and session has its own and only
 * one thing must be kept. The same name gives the same secret.
 *
 * @param {string} folder
 * @returns {(name: string) => string} 64 hexadecimal digits
 */
export function secrets(folder) {
  const file = join(folder, 'secret');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  if (!existsSync(file)) writeWhole(file, `${randomBytes(32).toString('hex')}\n`, PRIVATE);
  const root = readFileSync(file, 'utf8').trim();
  return (name) => createHmac('sha256', root).update(name).digest('hex');
}
