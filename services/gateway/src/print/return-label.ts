import { DealerService, ReturnService } from '@aftercare/contracts';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { ifVisible } from '../http/all-items.js';
import { LABEL_LAYOUTS, labelPlace, type LabelPlace } from './label-layout.rules.js';
import { mm, qr, type Block, type Paper } from './paper.js';
import { sites } from './parts-papers.js';
import type { PrintRun } from './print-run.js';
import { serialLines } from './unit-labels.js';

/** States of a parcel that is on its way to the receiving site or not yet sent. */
const NOT_ARRIVED = ['announced', 'in_transit', 'at_transit_site'];
/** Sizes in millimetres and points, characters on a line of the number, and of a name that leaves its neighbours alone. */
const FACE = { qr: 25, inset: 5, gap: 4, number: 10, line: 16, small: 8, name: 40 } as const;
const LAYOUT = LABEL_LAYOUTS[24];

/** How many labels, and from which position of the first sheet. */
export interface ReturnLabels {
  copies: number;
  start: number;
}

/**
 * X-1, H-4: labels for the boxes of a return parcel, with number, code, sender and way. They say nothing of what lies in it,
 * so that whoever counts does so blind (H-5). Errors: NOT_FOUND, STEP_NOT_ALLOWED.
 */
export async function returnLabels(bus: Bus, id: string, { copies, start }: ReturnLabels, run: PrintRun): Promise<Paper> {
  const parcel = await bus.call(ReturnService.method.getReturn, { id });
  if (!NOT_ARRIVED.includes(parcel.state)) throw new ServiceError('failed_precondition', 'STEP_NOT_ALLOWED', 'The parcel has arrived.');
  const [dealer, known] = await Promise.all([ifVisible(bus.call(DealerService.method.getDealerStanding, { id: parcel.dealerId })), sites(bus)]);
  const via = known.find((site) => site.id === parcel.viaTransitId);
  const to = known.filter((site) => site.kind === 'receiving').map((site) => run.name(site)).join(run.say('comma'));
  const lines = [dealer ? `${dealer.code} ${run.name(dealer)}` : '', ...(via ? [run.say('returnVia', { site: run.name(via) })] : []), run.say('returnTo', { site: to })];
  const content = Array.from({ length: copies }, (_, index) => {
    const place = labelPlace(LAYOUT, start, index);
    const begins = index > 0 && place.page > labelPlace(LAYOUT, start, index - 1).page;
    return [...(begins ? [{ text: '', pageBreak: 'before' }] : []), ...face({ number: parcel.number, link: run.link(`/returns/${id}`), lines, box: `${index + 1}/${copies}` }, place, run)];
  }).flat();
  const title = run.say('returnLabel');
  return { title: `${title} ${parcel.number}`, fileName: `${title}-${parcel.number}.pdf`, language: run.locale, margins: [0, 0, 0, 0], fontSize: FACE.small, content };
}

/** A text on a label, cut where it would run into the next one. */
const cut = (text: string): string => (text.length > FACE.name ? `${text.slice(0, FACE.name - 1)}…` : text);

function face(of: { number: string; link: string; lines: string[]; box: string }, { x, y }: LabelPlace, run: PrintRun): Block[] {
  const top = y + (LAYOUT.height - FACE.qr) / 2;
  return [
    qr(of.link, { x: x + FACE.inset, y: top, edge: FACE.qr }),
    {
      absolutePosition: { x: mm(x + FACE.inset + FACE.qr + FACE.gap), y: mm(y + 4) },
      columns: [{
        width: mm(LAYOUT.width - FACE.inset - FACE.qr - FACE.gap - 1),
        stack: [
          { text: `${run.say('returnLabel')} ${of.box}` },
          { text: serialLines(of.number, FACE.line).join('\n'), bold: true, fontSize: FACE.number },
          ...of.lines.filter(Boolean).map((line) => ({ text: cut(line), wordBreak: 'break-all' })),
        ],
      }],
    },
  ];
}
