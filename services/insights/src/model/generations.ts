import type { Tx } from '@aftercare/service';

/** The models there are: the one that answers, and the one being built. */
export interface Generations {
  current: number;
  building: number | null;
}

/** Which models a fact told now belongs to: the present one and the one being built. */
export async function generationsOf(tx: Tx): Promise<Generations> {
  const [model] = await tx.sql<Generations>({ name: 'read_model', text: 'select current, building from read_model', values: [] });
  return model;
}

/** The generations a fact is written to. */
export function targetsOf({ current, building }: Generations): number[] {
  return building === null ? [current] : [current, building];
}
