import type { DealerChanged } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { DealerStandings } from './dealer-standings.js';

/** Answers of dealers in the order of the questions; each is given when the spec says so. */
function dealersAnswering() {
  const asked: { answer(status: string): void; fail(error: Error): void }[] = [];
  const bus = {
    call: () => new Promise((resolve, reject) => {
      asked.push({ answer: (status) => resolve({ status, childIds: [] }), fail: reject });
    }),
  };
  return { asked, standings: new DealerStandings(bus as unknown as Bus) };
}

const away = new ServiceError('unavailable', 'TRY_AGAIN', 'dealers is away');
const told = (dealerId: string, parentId = '') => ({ dealerId, parentId }) as DealerChanged;

describe('D-1: the standing of a dealer as the gateway signs it', () => {
  const dealerId = newId();

  it('D-1: is asked once and remembered', async () => {
    const { asked, standings } = dealersAnswering();
    const both = [standings.of(dealerId), standings.of(dealerId)];
    asked[0].answer('active');
    await expect(Promise.all(both)).resolves.toMatchObject([{ status: 'active' }, { status: 'active' }]);
    await expect(standings.of(dealerId)).resolves.toMatchObject({ status: 'active' });
    expect(asked).toHaveLength(1);
  });

  it('D-1: an answer asked for before the dealer changed is not remembered after it, nor given to who asks later', async () => {
    const { asked, standings } = dealersAnswering();
    const early = standings.of(dealerId);
    await standings.dealerChanged(told(dealerId));
    const late = standings.of(dealerId);
    expect(asked).toHaveLength(2);
    asked[0].answer('active');
    asked[1].answer('terminated');
    await expect(Promise.all([early, late])).resolves.toMatchObject([{ status: 'terminated' }, { status: 'terminated' }]);
    await expect(standings.of(dealerId)).resolves.toMatchObject({ status: 'terminated' });
    expect(asked).toHaveLength(2);
  });

  it('D-1: a changed child is asked for anew with its parent', async () => {
    const { asked, standings } = dealersAnswering();
    const before = standings.of(dealerId);
    await standings.dealerChanged(told(newId(), dealerId));
    asked[0].answer('active');
    await new Promise((resolve) => setImmediate(resolve));
    asked[1].answer('suspended');
    await expect(before).resolves.toMatchObject({ status: 'suspended' });
  });

  it('D-1: while dealers is away what was known is good enough, but not once the dealer has changed', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const { asked, standings } = dealersAnswering();
      const first = standings.of(dealerId);
      asked[0].answer('active');
      await first;
      jest.setSystemTime(Date.now() + 11_000);
      const [unchanged] = [standings.of(dealerId)];
      asked[1].fail(away);
      await expect(unchanged).resolves.toMatchObject({ status: 'active' });
      const changed = standings.of(dealerId);
      await standings.dealerChanged(told(dealerId));
      asked[2].fail(away);
      await expect(changed).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      jest.useRealTimers();
    }
  });
});
