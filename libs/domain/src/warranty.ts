/** How a unit stands on a day. */
export interface UnitStanding {
  /** Empty when it is not known. */
  stage: string;
  /** Its warranty has run out by its dates, whatever the stage is: never installed, a unit stays in unboxing (W-2). */
  warrantyOver: boolean;
  /** Its terms cover no labour on that day (W-9), though they may cover parts. */
  labourNotCovered: boolean;
}

/** W-3: the manufacturer pays within the warranty by its dates; of an unknown stage nobody knows who pays. */
export function isWithinWarranty({ stage, warrantyOver }: Pick<UnitStanding, 'stage' | 'warrantyOver'>): boolean {
  return stage === 'in_warranty' || (stage === 'unboxing' && !warrantyOver);
}

/** W-9: fees are the manufacturer's within the warranty where the terms cover labour; else the customer agrees to them. */
export function isLabourCovered(unit: UnitStanding): boolean {
  return isWithinWarranty(unit) && !unit.labourNotCovered;
}
