import type { Sentence } from './sentence.js';

/** Reasons of obligations that end or are put off, of stocktakes and of late returns. */
export const returnReasons: Record<string, Sentence> = {
  EXCUSE_BASIS_UNKNOWN: ['没有这种免退依据。请从列表中选择。', 'There is no such ground for an excuse. Choose one of the list.'],
  NOT_DELIVERED: ['货物尚未送达，没有可延期的期限。', 'It is not delivered yet: there is no due date to put off.'],
  NOTHING_OUTSTANDING: ['已全部了结，没有未退数量。', 'Nothing is outstanding any more.'],

  OBLIGATION_FIRST: ['该行须退回：请在其退料义务上转收费。', 'The line must come back: charge its obligation instead.'],
  LINE_HAS_SLIP: ['该行已有收费单。', 'The line is charged by its own slip.'],
  CUT_OFF_NOT_OVER: ['截止日尚未结束。请选择以前的日期。', 'The cut-off day is not over. Choose an earlier day.'],
  CUT_OFF_BEFORE_LAST: ['截止日须晚于上次盘点的截止日。', 'The cut-off day must be later than that of the last stocktake.'],
  STOCKTAKE_OPEN: ['该经销商已有未完成的盘点。请先完成或取消。', 'A stocktake of this dealer is not finished. Finish or cancel it first.'],
  RETURN_DEADLINE_RUNS: ['退料期限未到且尚有未退数量，不能结束。', 'The time for returns runs and pieces are outstanding: it cannot be closed yet.'],
  OBJECTION_WINDOW_RUNS: ['异议期未满，不能确认。', 'The time to object still runs: it cannot be confirmed yet.'],
  OBJECTION_WINDOW_OVER: ['异议期已过，请联系售后主管。', 'The time to object is over. Ask the supervisor.'],
  INSTRUCTION_UNKNOWN: ['没有这种处理方式。请从列表中选择。', 'There is no such instruction. Choose one of the list.'],
  WAYBILL_MISSING: ['寄回须填写承运人和运单号。请填写。', 'What is sent back has a carrier and a waybill number. Enter both.'],
  CONDITION_MISSING: ['留用须填写状态。请选择。', 'What is kept has a condition. Choose one.'],
  LABEL_UNKNOWN: ['标签上的编号不能确定经销商。请选择经销商。', 'The label does not tell whose parcel it is. Enter the dealer.'],
  LABEL_OR_DEALER: ['请填写标签编号或经销商，只填一项。', 'Enter the number on the label or the dealer, one of them.'],
  RETURN_ANNOUNCED: ['该退料已申报。请按已申报的退料收货。', 'This parcel was announced. Receive it as that.'],
  OBJECTION_OPEN: ['该行已有异议等待裁定。', 'An objection to this line waits for its decision already.'],
  CLAIM_AS_COUNTED: ['所述与清点结果相同。请说明应更正的内容。', 'It was counted like this. Say what should be otherwise.'],
  CORRECTION_LESS: ['更正不能减少已清点的数量。请填写该行全部数量。', 'A correction takes back no counted piece. Enter the whole line.'],
  CORRECTION_SAME: ['更正未改变清点结果。请修改或驳回异议。', 'The correction changes nothing. Change a line, or refuse the objection.'],
  LINE_OTHER_PART: ['该行是另一配件。请填写该行的配件。', 'The line is of another part. Enter the part of the line.'],
  LINES_NOT_WANTED: ['驳回异议时不填写更正行。请删除。', 'A refusal corrects nothing. Leave the lines out.'],
  OBJECTION_UNDECIDED: ['有异议尚未裁定。请先裁定。', 'An objection is not decided yet. Decide it first.'],
  DISCREPANCY_OPEN: ['盘点中的配件有未裁定的收货差异。请仓库先裁定该发货单的差异。', 'Pieces of the stocktake are missing by their dealer and not decided. Let the warehouse decide the differences of the shipping order first.'],
  PARCEL_NOT_COUNTED: ['期限内收到的退料尚未清点。请先清点。', 'A parcel that arrived in time is not counted. Count it first.'],
  LATE_RETURN_WAITS: ['该行有收费等待冲销（逾期退料、未送达或多退抵销），请连同其全部数量一并冲销。', 'Charges of this line wait to be taken back (late returns, pieces that never arrived, or surplus): reverse at least their pieces.'],
  LATE_RETURN_ELSEWHERE: ['该收费已另行冲销。请核对。', 'This charge was taken back otherwise. Check the slip.'],
};
