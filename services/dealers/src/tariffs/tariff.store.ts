import { settingAt, type Tx } from '@aftercare/service';
import { besideReference, referenceLine, type FeesBesideReference, type TariffLine } from './tariff.rules.js';

/** The tariff of a day with the percentage above which a fee is shown. */
export interface TariffOfDay {
  number: string;
  lines: TariffLine[];
  abovePercent: number;
}

/** D-3: the tariff that holds on a day: of those published the one that came into force last; without lines while there is none. */
export async function tariffOn(tx: Tx, on: string): Promise<TariffOfDay> {
  const [found] = await tx.sql<{ number: string; lines: TariffLine[] }>({ name: 'tariff_on', text: ON, values: [on] });
  return { number: found?.number ?? '', lines: found?.lines ?? [], abovePercent: await settingAt(tx, 'tariff.abovePercent', on) };
}

/** What the tariff says beside a dealer's fees; the number is empty when it says nothing. */
export function referenceOf(
  tariff: TariffOfDay, asked: { family: string; regionCode: string }, fees: { labourFee: string; travelFee: string } | null,
): FeesBesideReference & { tariffNumber: string } {
  const line = referenceLine(tariff.lines, asked.family, asked.regionCode);
  return { ...besideReference(fees, line, tariff.abovePercent), tariffNumber: line ? tariff.number : '' };
}

const ON = `
  select t.number, (select json_agg(json_build_object('family', l.family, 'regionCode', l.region_code,
           'labourFee', l.labour_fee::text, 'travelFee', l.travel_fee::text)) from tariff_line l where l.tariff_id = t.id) as lines
    from tariff t where t.state = 'published' and t.effective_from <= $1::date
   order by t.effective_from desc, t.published_at desc limit 1`;
