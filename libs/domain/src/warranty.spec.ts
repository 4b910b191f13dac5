import { isLabourCovered, isWithinWarranty } from './warranty.js';

describe('who pays by the warranty', () => {
  it('W-3: charging looks at the dates: a unit that was never installed is charged once its warranty has run out', () => {
    const within = (warrantyOver: boolean) => ['unboxing', 'in_warranty', 'out_of_warranty', ''].filter((stage) => isWithinWarranty({ stage, warrantyOver }));
    expect([within(false), within(true)]).toEqual([['unboxing', 'in_warranty'], ['in_warranty']]);
  });

  it('W-9: fees are the customer’s also within the warranty where the terms cover no labour', () => {
    const covered = (labourNotCovered: boolean) => ['unboxing', 'in_warranty', 'out_of_warranty', ''].filter((stage) => isLabourCovered({ stage, warrantyOver: false, labourNotCovered }));
    expect([covered(false), covered(true)]).toEqual([['unboxing', 'in_warranty'], []]);
  });
});
