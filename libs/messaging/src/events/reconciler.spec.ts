import { newId } from '@aftercare/domain';
import type { DataSource } from 'typeorm';
import { systemContext } from '../caller/call-context.js';
import type { Bus } from '../rpc/bus.js';
import { dropDatabase, EVENT, openDatabase } from '../spec/harness.js';
import { TUNING_DEFAULT } from '../tuning.js';
import { announce, type Sql } from './announce.js';
import type { EventStream } from './event-stream.js';
import { Reconciler } from './reconciler.js';

const ROWS = 120;
const BATCH = 50;
let database: DataSource;
let recreated: () => void;
/** How many rows each statement put forward. */
const pieces: number[] = [];

beforeAll(async () => {
  database = await openDatabase();
  await database.transaction(async (em) => {
    for (let row = 0; row < ROWS; row += 1) await announce(em, EVENT, { customerId: newId() }, systemContext('teller'));
  });
  await database.query(`update outbox set published_at = now(), checks = 9, check_after = now() + interval '1 day'`);
});
afterAll(() => dropDatabase(database));

const sql: Sql = {
  query: async <T>(text: string, values?: unknown[]): Promise<T> => {
    const rows = await database.query<T>(text, values);
    if (text.includes(' as moved ')) pieces.push((rows as { moved: number }[])[0].moved);
    return rows;
  },
};
const unconfirmed = async (): Promise<number> => (await database.query<object[]>('select 1 from outbox where confirmed_at is null')).length;

describe('the reconciler', () => {
  it('leaves alone what was put off, and looks at all of it, in pieces, when the stream was made anew', async () => {
    const stream = { isReady: true, onRecreated: (hear: () => void) => (recreated = hear) } as unknown as EventStream;
    const reconciler = new Reconciler({ service: 'teller', sql, bus: {} as Bus, stream, routes: {}, tuning: { ...TUNING_DEFAULT, reconcileBatchMax: BATCH } });
    expect(await reconciler.runOnce()).toBe(false);
    expect(await unconfirmed()).toBe(ROWS);
    recreated();
    while (await reconciler.runOnce());
    expect(pieces).toEqual([BATCH, BATCH, ROWS - 2 * BATCH]);
    expect(await unconfirmed()).toBe(0);
    await reconciler.stop();
  });
});
