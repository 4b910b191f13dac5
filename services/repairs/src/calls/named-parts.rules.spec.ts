import { newId } from '@aftercare/domain';
import { refuseUnknownParts, type NamedIn } from './named-parts.rules.js';

const [known, missing] = [newId(), newId()];
const fieldOf = (partIds: string[], where: NamedIn): unknown => {
  try {
    refuseUnknownParts(partIds.map((partId) => ({ partId })), new Set([known]), where);
  } catch (error) {
    const { reason, details } = error as { reason: string; details: { field: string } };
    return `${reason} ${details.field}`;
  }
  return '';
};

it('R-5: a part that a record names is one of the catalogue, the dealer\'s own too', () => {
  expect(fieldOf([known, known], { list: 'partsUsed' })).toBe('');
  expect(fieldOf([known, missing], { list: 'partsUsed' })).toBe('PART_UNKNOWN partsUsed[1].partId');
  expect(fieldOf(['阀芯'], { list: 'partsUsed' })).toBe('PART_UNKNOWN partsUsed[0].partId');
  expect(fieldOf([''], { list: 'partsUsed' })).toBe('PART_UNKNOWN partsUsed[0].partId');
});

it('R-9: a quoted part is one of the catalogue, or named by its name alone', () => {
  expect(fieldOf(['', known], { list: 'lines', mayBeOwn: true })).toBe('');
  expect(fieldOf(['', missing], { list: 'lines', mayBeOwn: true })).toBe('PART_UNKNOWN lines[1].partId');
});
