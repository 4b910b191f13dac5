import { businessDate, type ObligationEnd } from '@aftercare/domain';

/** A sentence in both languages. */
export interface Said {
  sentenceZh: string;
  sentenceEn: string;
}

/** One end of an obligation with what stands behind it. */
export interface EndTold {
  kind: ObligationEnd;
  quantity: number;
  /** ISO 8601. */
  at: string;
  documentKind: string;
  /** Empty where the reader may not see it. */
  documentNumber: string;
  /** Exclusion, 'stocktake_deficit', or what excused it; else empty. */
  basis: string;
  reason: string;
}

const BASES: Record<string, [zh: string, en: string]> = {
  misuse: ['使用不当', 'misuse'],
  self_moved: ['用户自行搬动', 'moved by the customer'],
  unauthorised_repair: ['私自维修', 'unauthorised repair'],
  power_supply: ['电源异常', 'power supply'],
  force_majeure: ['不可抗力', 'force majeure'],
  stocktake_deficit: ['盘亏', 'missing at the stocktake'],
  lost_in_transit: ['运输丢失', 'lost in transit'],
  approval: ['主管批准', 'approved by the supervisor'],
};

const ENDS: Record<ObligationEnd, [zh: string, en: string]> = {
  returned: ['退回 {n} 件，退料单 {document}', '{n} came back with return {document}'],
  charged: ['{n} 件转收费（{basis}），收费单 {document}', '{n} were charged ({basis}) by slip {document}'],
  excused: ['免退 {n} 件（{basis}）', '{n} were excused ({basis})'],
  credit: ['以前多退的 {n} 件抵扣，发货单 {document}', '{n} were met by an earlier surplus, shipment {document}'],
  shortage: ['确认少发 {n} 件，发货单 {document}', '{n} never left the warehouse, shipment {document}'],
  conversion_reversed: ['冲回收费 {n} 件，红冲单 {document}', 'the charge of {n} was taken back by slip {document}'],
  return_reversed: ['确认 {n} 件未送达（发货单 {document}），原退回转为结余', '{n} never arrived with shipment {document}, so what was counted for them is surplus'],
  credit_reversed: ['确认 {n} 件未送达（发货单 {document}），原抵扣退还结余', '{n} never arrived with shipment {document}, so the surplus set against them is free again'],
  excuse_reversed: ['确认 {n} 件未发出（发货单 {document}），原免退取消', '{n} never left with shipment {document}, so their excuse is void'],
};

/** X-9: the same where a document of the going-live stands behind it. */
const OPENING_ENDS: Partial<Record<ObligationEnd, [zh: string, en: string]>> = {
  credit: ['以前多退的 {n} 件抵扣，期初单 {document}', '{n} were met by an earlier surplus, opening document {document}'],
  shortage: ['期初借料 {n} 件冲销，期初单 {document}', 'the opening entry of {n} was reversed by document {document}'],
};

/** H-1: how these pieces ended, when, and why. */
export function explainEnd({ kind, quantity, at, documentKind, documentNumber, basis, reason }: EndTold): Said {
  const [zh, en] = (documentKind === 'opening_document' ? OPENING_ENDS[kind] : undefined) ?? ENDS[kind];
  const [basisZh, basisEn] = BASES[basis] ?? [basis, basis];
  const fill = (text: string, basisWord: string): string =>
    text.replace('{n}', String(quantity)).replace('{basis}', basisWord).replace('{document}', documentNumber || '–');
  const day = businessDate(at);
  return {
    sentenceZh: `${day}：${fill(zh, basisZh)}。${reason === '' ? '' : `原因：${reason}`}`,
    sentenceEn: `${day}: ${fill(en, basisEn)}.${reason === '' ? '' : ` Why: ${reason}`}`,
  };
}

/** What is known of an obligation with pieces outstanding. */
export interface StillOpen {
  dueOn: string | null;
  /** Parcels of the dealer with the part that are not counted yet. */
  parcels: readonly { id: string; number: string }[];
  /** The stocktake that has frozen its pieces; null for none. */
  stocktake: { id: string; number: string; state: string; returnUntil: string; objectUntil: string | null } | null;
  /** The latest due date that was put off; null for none. */
  extension: { toDueOn: string; reason: string } | null;
}

export interface Hold extends Said {
  code: 'not_delivered' | 'on_the_way' | 'in_stocktake' | 'extended';
  documentKind: string;
  documentId: string;
  documentNumber: string;
}

/** H-1: why is this still on my list: what keeps outstanding pieces there now. */
export function holdsOf({ dueOn, parcels, stocktake, extension }: StillOpen): Hold[] {
  const none = { documentKind: '', documentId: '', documentNumber: '' };
  return [
    ...(dueOn === null
      ? [{ code: 'not_delivered' as const, ...none, sentenceZh: '货物尚未送达，退料期限尚未开始。', sentenceEn: 'The shipment is not delivered, so the time for the return has not begun.' }]
      : []),
    ...(extension === null
      ? []
      : [{ code: 'extended' as const, ...none, sentenceZh: `退料期限已延至 ${extension.toDueOn}：${extension.reason}`, sentenceEn: `The due date was put off to ${extension.toDueOn}: ${extension.reason}` }]),
    ...parcels.map(({ id, number }) => ({
      code: 'on_the_way' as const, documentKind: 'return_parcel', documentId: id, documentNumber: number,
      sentenceZh: `退料 ${number} 尚未清点。`, sentenceEn: `Return ${number} is not counted yet.`,
    })),
    ...(stocktake === null ? [] : [{ code: 'in_stocktake' as const, documentKind: 'stocktake', documentId: stocktake.id, documentNumber: stocktake.number, ...frozen(stocktake) }]),
  ];
}

function frozen({ number, state, returnUntil, objectUntil }: NonNullable<StillOpen['stocktake']>): Said {
  if (state === 'open') return { sentenceZh: `已列入盘点 ${number}，请于 ${returnUntil} 前退回。`, sentenceEn: `It is in stocktake ${number}: return it by ${returnUntil}.` };
  return {
    sentenceZh: `盘点 ${number} 已到期，拟收费；异议截止 ${objectUntil ?? ''}，确认前仍可退回。`,
    sentenceEn: `Stocktake ${number} has ended and proposes a charge; object by ${objectUntil ?? ''}. Until it is confirmed a piece still counts.`,
  };
}
