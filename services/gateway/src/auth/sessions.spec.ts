import type { Database, ServiceConfig } from '@aftercare/service';
import { Sessions } from './sessions.js';

const token = 'a'.repeat(43);

/** A database of one session whose reads answer, and whose deletes commit, when the spec says so. */
function slowDatabase() {
  const state = { alive: true, reads: [] as (() => void)[], commits: [] as (() => void)[] };
  const sql = async ({ name }: { name: string }): Promise<object[]> => {
    if (name !== 'session_find') return [];
    const seen = state.alive ? [{ id: 'user' }] : [];
    await new Promise<void>((resolve) => state.reads.push(resolve));
    return seen;
  };
  const command = async (_ctx: unknown, work: (tx: unknown) => Promise<unknown>): Promise<void> => {
    const before = state.reads.length;
    await work({ sql });
    if (state.reads.length > before) return;
    await new Promise<void>((resolve) => state.commits.push(resolve));
    state.alive = false;
  };
  return { state, sessions: new Sessions({ command } as unknown as Database, { http: { sessionSecret: 'x' } } as unknown as ServiceConfig) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('X-9: a session that has ended', () => {
  it('X-9: is not remembered by a read that came between the delete and its commit', async () => {
    const { state, sessions } = slowDatabase();
    const closing = sessions.close(token);
    await turn();
    const early = sessions.find(token);
    state.reads[0]();
    expect(await early).toMatchObject({ id: 'user' });
    state.commits[0]();
    await closing;
    const late = sessions.find(token);
    await turn();
    state.reads[1]();
    expect(await late).toBeNull();
  });

  it('X-9: is neither remembered by a read still under way at the commit, nor is that read shared', async () => {
    const { state, sessions } = slowDatabase();
    const closing = sessions.close(token);
    await turn();
    const early = sessions.find(token);
    state.commits[0]();
    await closing;
    const late = sessions.find(token);
    for (const answer of state.reads) answer();
    await early;
    expect(await late).toBeNull();
  });

  it('X-9: an account that changed is read anew by all who ask after', async () => {
    const { state, sessions } = slowDatabase();
    const early = sessions.find(token);
    state.alive = false;
    sessions.forget('user');
    const late = sessions.find(token);
    for (const answer of state.reads) answer();
    await early;
    expect(await late).toBeNull();
    const later = sessions.find(token);
    state.reads.at(-1)?.();
    expect(await later).toBeNull();
  });
});
