import { generateKeyPairSync } from 'node:crypto';
import type { Identity } from './identity.js';
import { IdentitySigner, IdentityVerifier } from './identity.js';

function keyPair(): { privatePem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const gateway = keyPair();
const parts = keyPair();
const stranger = keyPair();
const verifier = new IdentityVerifier({ gateway: gateway.publicPem, parts: parts.publicPem });

const clerk: Identity = {
  userId: 'u1', userName: '王芳', role: 'service_clerk', dealerId: null, dealerStatus: null, childDealerIds: [], siteId: null, locale: 'zh-CN',
};

const reasonOf = (token: string | undefined): string => {
  try {
    verifier.verify(token);
    return 'accepted';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('signed identities', () => {
  afterEach(() => jest.useRealTimers());

  it('arrive as they were signed, with the issuer', () => {
    const token = new IdentitySigner('gateway', gateway.privatePem).sign(clerk);
    expect(verifier.verify(token)).toMatchObject({ ...clerk, issuer: 'gateway' });
    expect(verifier.verify(token)).toMatchObject(clerk);
  });

  it('are refused when missing, malformed or cut', () => {
    const token = new IdentitySigner('gateway', gateway.privatePem).sign(clerk);
    expect(reasonOf(undefined)).toBe('IDENTITY_MISSING');
    for (const bad of ['x', 'a.b', `${token}.x`, token.slice(0, -4), '.', `${token.split('.')[0]}.`, 'x'.repeat(20_000)]) {
      expect(reasonOf(bad)).toBe('IDENTITY_INVALID');
    }
  });

  it('are refused when a claim was changed after signing', () => {
    const [body, signature] = new IdentitySigner('gateway', gateway.privatePem).sign(clerk).split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
    expect(reasonOf(`${forged}.${signature}`)).toBe('IDENTITY_INVALID');
  });

  it('are refused from an unknown issuer and from a stranger who claims to be the gateway', () => {
    expect(reasonOf(new IdentitySigner('care', stranger.privatePem).sign({ ...clerk, role: 'system' }))).toBe('IDENTITY_INVALID');
    expect(reasonOf(new IdentitySigner('gateway', stranger.privatePem).sign(clerk))).toBe('IDENTITY_INVALID');
  });

  it('let a service speak for the system only, never for a person', () => {
    const signer = new IdentitySigner('parts', parts.privatePem);
    expect(verifier.verify(signer.sign({ ...clerk, role: 'system' })).role).toBe('system');
    expect(reasonOf(signer.sign({ ...clerk, role: 'admin' }))).toBe('IDENTITY_INVALID');
  });

  it('end after two minutes, also those that were verified before', () => {
    jest.useFakeTimers();
    const token = new IdentitySigner('gateway', gateway.privatePem).sign(clerk);
    expect(reasonOf(token)).toBe('accepted');
    jest.advanceTimersByTime(119_000);
    expect(reasonOf(token)).toBe('accepted');
    jest.advanceTimersByTime(10_000);
    expect(reasonOf(token)).toBe('IDENTITY_EXPIRED');
  });

  it('are renewed before they end', () => {
    jest.useFakeTimers();
    const signer = new IdentitySigner('gateway', gateway.privatePem);
    const first = signer.sign(clerk);
    expect(signer.sign({ ...clerk })).toBe(first);
    jest.advanceTimersByTime(61_000);
    expect(signer.sign(clerk)).not.toBe(first);
  });

  it('are refused when valid for longer than two minutes, which no issuer of ours signs', () => {
    jest.useFakeTimers();
    jest.setSystemTime(Date.now() + 600_000);
    const token = new IdentitySigner('gateway', gateway.privatePem).sign(clerk);
    jest.useRealTimers();
    expect(reasonOf(token)).toBe('IDENTITY_INVALID');
  });
});
