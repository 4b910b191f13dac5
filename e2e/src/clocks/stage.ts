import type { Api } from '../http/api.js';
import { publishFault } from '../story/goods.js';
import { hireStaff, registerDealer, type Accounts, type DealerPeople, type People } from '../story/people.js';

/** Who works in a campaign of clocks. */
export interface ClockStage {
  people: People;
  dealers: DealerPeople[];
  faultCode: string;
}

/** The services that calls, their clocks and notices need. */
export const CLOCK_SERVICES = ['gateway', 'dealers', 'customers', 'repairs'];

const PASSWORD = 'Clocks-2026-aftercare';
const DEALERS = 4;

export async function makeClockStage(admin: Api): Promise<ClockStage> {
  const accounts: Accounts = { url: admin.url, password: PASSWORD, suffix: 'clocks' };
  const people = await hireStaff(admin, accounts);
  const dealers: DealerPeople[] = [];
  for (let number = 1; number <= DEALERS; number += 1) {
    dealers.push(await registerDealer(people, accounts, { code: `CLOCK${number}`, name: `时钟经销商${number}`, regionCode: '310104', territory: ['310000'] }));
  }
  return { people, dealers, faultCode: await publishFault(people, 'F-CLOCKS') };
}
