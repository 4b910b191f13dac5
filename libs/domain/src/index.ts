export * from './ids.js';
export * from './refusal.js';
export * from './money.js';
export * from './calendar.js';
export * from './steps.js';
export * from './codes.js';
export * from './masking.js';
export * from './settings.js';
