import { same } from '../compare.js';
import { kind } from './act.js';
import { compareKit } from './kit.js';

/** Read by its dealer or the manufacturer; another dealer reads nothing of it. */
export const READ_KIT = kind<null>({
  name: 'read the suggested kit', weight: 2, ready: ({ shipments }) => (shipments.some(({ shippedOn }) => shippedOn !== null) ? [null] : []), all: () => [null],
  run: async ({ model, sequence, dice: { a, how } }) => {
    await compareKit(model, sequence, a % 2 ? 'manager' : 'clerk');
    if (how === 'foreign') same('the kit of another dealer', (await sequence.world.foreigner.get<{ items: object[] }>(`/reports/suggested-kit?dealerId=${sequence.stage.dealerId}`)).items, []);
    return undefined;
  },
});
