import { ROLES } from '@aftercare/domain';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const whole = { type: 'integer' } as const;

/** An object whose fields all stand in every answer. */
export function answerOf(properties: Record<string, unknown>, optional: string[] = []): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) };
}

/** A page of rows. */
export function pageAnswerOf(item: Record<string, unknown>): Record<string, unknown> {
  return answerOf({ items: { type: 'array', items: item }, nextCursor: text });
}

const nullableText = { type: ['string', 'null'] };
const role = { type: 'string', enum: [...ROLES] };

export const signedInAnswer = answerOf({
  user: answerOf({ id: text, username: text, name: text, role, dealerId: nullableText, siteId: nullableText, mustChangePassword: flag }),
});
export const doneAnswer = answerOf({ done: flag });
export const userAnswer = answerOf({
  id: text, username: text, name: text, role, dealerId: nullableText, siteId: nullableText, mustChangePassword: flag, disabled: flag,
  version: whole, createdAt: text, askedBy: text,
});
export const usersAnswer = pageAnswerOf(userAnswer);
export const userRefAnswer = answerOf({ id: text, number: text, state: text, version: whole, initialPassword: text }, ['initialPassword']);
