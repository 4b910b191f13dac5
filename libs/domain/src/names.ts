/** C-1: the most characters of a person's name, wherever it is taken: in a customer file, as the contact of a call, as who answered; by form and by sheet. */
export const PERSON_NAME_LENGTH_MAX = 100;

/** Whether a name is one of a person: something, and not longer than a name may be. Rare characters count as one, as people count. */
export function isPersonName(name: string): boolean {
  return name !== '' && [...name].length <= PERSON_NAME_LENGTH_MAX;
}
