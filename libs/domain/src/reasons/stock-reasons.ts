import type { Sentence } from './sentence.js';

/** Reasons of the catalogue's upkeep, of stock and of going live. */
export const stockReasons: Record<string, Sentence> = {
  SUPERSEDED_ALREADY: ['该配件已被另一配件替代。请检查。', 'Another part replaces this one already. Name the last part of the chain.'],
  SUPERSESSION_CYCLE: ['替代关系形成循环。请检查。', 'The part would replace itself in the end. Check the chain.'],
  FIT_DOUBLE: ['同一型号和位号出现两次。请删去一行。', 'A model and position stands twice. Take one out.'],
  NOT_ORDERED: ['订单中没有该配件。请不带订单收货。', 'The order does not have this part. Receive it without the order.'],
  MORE_THAN_ORDERED: ['到货超过订购数量。超出部分请不带订单收货。', 'More came than was ordered. Receive what is too much without the order.'],
  COUNT_RUNNING: ['该仓库正在盘点。请先完成或取消。', 'This warehouse is being counted already. Finish or cancel that count first.'],
  COUNT_OUTDATED: ['盘点后库存已作更正：{{numbers}}。请退回并重新清点这些配件。', 'Stock was corrected after it was counted: {{numbers}}. Send the count back and count these parts again.'],
  NOT_ALL_COUNTED: ['还有 {{missing}} 个配件未清点。请先清点，没有的填 0。', '{{missing}} parts are not counted yet. Count them; enter 0 for none.'],
  OPENED_ALREADY: ['期初已登记，不能重复。请先冲销原单据。', 'It was opened already. Reverse that document first.'],
  CUT_OVER_MIXED: ['文件中的切换日期不一致。请使用同一日期。', 'The cut-over dates differ. A file has one.'],
  OPENING_IN_USE: ['该期初单据已有后续业务（退回、收费、免除、付款或占用额度），不能冲销。', 'Something of this opening was returned, charged, excused, paid or used since: it can no longer be reversed.'],
  CREDIT_LINE_APPROVED: ['该经销商已有批准的信用额度。请弃置该期初单据，或先把额度调为零。', 'The dealer has an approved credit line already. Discard the opening, or bring the line to nought first.'],
  REVERSAL_OF_REVERSAL: ['冲销单不能再冲销。请重新登记期初。', 'A reversal is not reversed. Import the opening anew.'],
  ALREADY_CLAIMED: ['该件已在另一索赔单中。请检查。', 'A piece stands in another claim already. Take it out.'],
  RECOVERED_ALREADY: ['该索赔已有追回，不能撤销。请结案。', 'The claim brought something already. Close it instead.'],
  COST_TOO_HIGH: ['单件成本超过一百万元。请核对小数点。', 'One piece costs more than a million. Check the decimal point.'],
  SAME_WAREHOUSE: ['调出和调入是同一仓库。请另选。', 'Both warehouses are the same. Choose another one.'],
  MORE_THAN_SENT: ['收到数量超过调出数量。多出的请另作调整。', 'More arrived than was sent. Book what is too much as an adjustment.'],
};
