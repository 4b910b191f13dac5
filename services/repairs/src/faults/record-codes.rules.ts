import { PROBLEM_DIMENSIONS, Refusal, refusalReason, type Stage } from '@aftercare/domain';

/** What a fault of a record names of the catalogue. */
export interface NamedCodes {
  faultCode: string;
  causeCode: string;
  actionCode: string;
}

/** A published code of the catalogue. */
export interface PublishedCode {
  kind: string;
  family: string;
  code: string;
  parentCode: string;
}

const LEVELS = ['fault', 'cause', 'action'] as const;

/**
 * codes stand beside free text; a code that is given must be a published one of its kind, of the unit's family where that is
 * known, and a cause or action one below the fault or cause that the record names.
 */
export function refuseUnknownCodes(faults: readonly NamedCodes[], published: readonly PublishedCode[], family: string): void {
  faults.forEach((fault, at) => {
    let families: string[] | null = family === '' ? null : [family];
    let above = '';
    for (const kind of LEVELS) {
      const field = `${kind}Code` as const;
      const code = fault[field];
      const known = published.filter((each) => each.kind === kind && each.code === code && (families?.includes(each.family) ?? true));
      if (code !== '') {
        if (known.length === 0) throw unknownCode(kind, code, `faults[${at}].${field}`);
        const below = above === '' ? known : known.filter(({ parentCode }) => parentCode === above);
        if (below.length === 0) throw notBelow(code, above, `faults[${at}].${field}`);
        families = below.map((each) => each.family);
      }
      above = code;
    }
  });
}

/** a fault may name one dimension of the unit's stage; of a unit whose stage is not known, one of any stage. */
export function refuseWrongDimension(faults: readonly { problemDimension: string }[], stage: string): void {
  const allowed = dimensionsOf(stage);
  faults.forEach(({ problemDimension }, at) => {
    if (problemDimension === '' || allowed.includes(problemDimension)) return;
    const message = `A problem of this stage is one of: ${allowed.join(', ')}.`;
    throw new Refusal('invalid_argument', 'DIMENSION_NOT_OF_STAGE', message, { field: `faults[${at}].problemDimension`, allowed });
  });
}

/**
 * a unit is corrected where the newest record fits it: by the family of its codes and the stage of its problems.
 * Refuses RECORD_NOT_OF_UNIT.
 */
export function refuseForeignRecord(
  faults: readonly (NamedCodes & { problemDimension?: string })[],
  unit: { codes: readonly PublishedCode[]; family: string; stage: string },
): void {
  const why = refusalReason(() => {
    refuseUnknownCodes(faults, unit.codes, unit.family);
    refuseWrongDimension(faults.map(({ problemDimension = '' }) => ({ problemDimension })), unit.stage);
  });
  if (why === undefined) return;
  throw new Refusal('failed_precondition', 'RECORD_NOT_OF_UNIT', 'The newest record names codes or a problem that this unit does not have. Record again without them, then correct the unit.', {
    field: 'unit', why,
  });
}

/**
 * what of a fault's codes the catalogue has in the unit's family, in whatever state, each below the one before: the first that is none
 * there ends it. Codes of a record that was made of another unit, before this one was named, may have their names here too and stay, as
 * they do when the unit is corrected. Of an unknown family all are told.
 */
export function codesOfFamily(known: readonly PublishedCode[], family: string): (fault: NamedCodes) => NamedCodes {
  return (fault) => {
    if (family === '') return { faultCode: fault.faultCode, causeCode: fault.causeCode, actionCode: fault.actionCode };
    const told: NamedCodes = { faultCode: '', causeCode: '', actionCode: '' };
    let above = '';
    for (const kind of LEVELS) {
      const code = fault[`${kind}Code`];
      if (code !== '' && !known.some((each) => each.kind === kind && each.family === family && each.code === code && (above === '' || each.parentCode === above))) break;
      told[`${kind}Code`] = code;
      above = code;
    }
    return told;
  };
}

/** the dimensions of a stage; of an unknown one those of any. */
export const dimensionsOf = (stage: string): readonly string[] => (isStage(stage) ? PROBLEM_DIMENSIONS[stage] : Object.values(PROBLEM_DIMENSIONS).flat());

const isStage = (stage: string): stage is Stage => Object.hasOwn(PROBLEM_DIMENSIONS, stage);

function unknownCode(kind: string, code: string, field: string): Refusal {
  return new Refusal('invalid_argument', 'FAULT_CODE_UNKNOWN', `The catalogue has no published ${kind} code ${code} here.`, { field });
}

function notBelow(code: string, above: string, field: string): Refusal {
  return new Refusal('invalid_argument', 'CODE_NOT_BELOW', `The catalogue has no ${code} below ${above}.`, { field, above });
}
