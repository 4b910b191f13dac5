/** The contracts: everything generated from proto/, and who tells and hears which event. */
export * from './gen/index.js';
export * from './event-map.js';
