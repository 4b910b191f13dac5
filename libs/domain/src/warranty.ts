/** How a unit stands on a day. */
export interface UnitStanding {
  /** Empty when it is not known. */
  stage: string;
  /** Its warranty has run out by its dates, whatever the stage is: never installed, a unit stays in unboxing (W-2). */
  warrantyOver: boolean;
}

/** W-3: the manufacturer pays within the warranty by its dates; of an unknown stage nobody knows who pays. */
export function isWithinWarranty({ stage, warrantyOver }: UnitStanding): boolean {
  return stage === 'in_warranty' || (stage === 'unboxing' && !warrantyOver);
}
