import { refusalReason } from '@aftercare/domain';
import { minutesBetween, queueOf, requireAnswerer, requireText, supportSteps } from './support-question.rules.js';

describe('technical support', () => {
  it('R-10: a question is answered once', () => {
    expect([supportSteps.next('answer', 'open'), supportSteps.can('answer', 'answered')]).toEqual(['answered', false]);
    expect([supportSteps.unreachable(), supportSteps.deadEnds()]).toEqual([[], []]);
  });

  it('R-10: clerk and quality engineer answer, nobody else', () => {
    const refused = ['service_clerk', 'quality_engineer', 'service_supervisor', 'dealer_manager', 'auditor'].filter((role) => refusalReason(() => requireAnswerer(role)));
    expect(refused).toEqual(['service_supervisor', 'dealer_manager', 'auditor']);
  });

  it('R-10: question and answer say something', () => {
    expect(requireText(' 怎么拆 ', 'question')).toBe('怎么拆');
    expect(refusalReason(() => requireText(' ', 'question'))).toBe('QUESTION_MISSING');
    expect(refusalReason(() => requireText('', 'answer'))).toBe('ANSWER_MISSING');
  });

  it('R-10: the time to answer is kept in whole minutes', () => {
    expect(minutesBetween('2026-03-01T02:00:00.000Z', '2026-03-01T03:59:59.999Z')).toBe(119);
    expect(minutesBetween('2026-03-01T02:00:00.000Z', '2026-03-01T02:00:00.000Z')).toBe(0);
  });

  it('R-10: open ones come first, in each part the newest first', () => {
    const places = [queueOf('answered', '2026-03-03T00:00:00Z'), queueOf('open', '2026-03-01T00:00:00Z'), queueOf('answered', '2026-03-02T00:00:00Z'), queueOf('open', '2026-03-02T08:00:00+08:00')];
    expect([...places].sort().reverse()).toEqual([places[3], places[1], places[0], places[2]]);
  });
});
