import { ERROR_CODES } from '@aftercare/messaging';

const text = { type: 'string' };

/** RFC 9457 with the product's own members. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'reason', 'detail', 'traceId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    code: { type: 'string', enum: [...ERROR_CODES] },
    reason: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' },
    detail: text,
    traceId: text,
    errors: {
      type: 'array',
      items: { type: 'object', required: ['field', 'code', 'message'], properties: { field: text, code: text, message: text } },
    },
    present: { type: 'object', additionalProperties: true },
    details: { type: 'object', additionalProperties: true },
  },
};

const STATUSES: Record<string, string> = {
  400: 'The request is not valid',
  401: 'Nobody is signed in',
  403: 'The role may not do this',
  404: 'There is no such thing, or it is not the caller’s to see',
  405: 'The address does not take this method',
  409: 'Not possible in the present state, or the version is stale',
  413: 'The body is too large',
  414: 'A part of the address is too long',
  415: 'The media type is not supported',
  422: 'The Idempotency-Key was used for another request',
  429: 'Too many requests; Retry-After says when',
  500: 'Something went wrong on our side',
  503: 'Not available now; Retry-After says when',
  504: 'No answer in time',
};

/** What every operation may answer instead. */
export const problemResponses = Object.fromEntries(
  Object.entries(STATUSES).map(([status, description]) => [
    status, { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
  ]),
);
