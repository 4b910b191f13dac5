interface EventRoute {
  tellers: readonly string[];
  listeners: readonly string[];
}

export interface Facts {
  services: string[];
  /** service → the services it may ask. */
  calls: Record<string, string[]>;
  eventMap: Readonly<Record<string, EventRoute>>;
}

export interface Rights {
  publish: string[];
  subscribe: string[];
}

export function rightsOf(service: string, facts: Facts): Rights;
export function natsConfig(options: { passwordOf: (user: string) => string; facts?: Facts }): string;
export function writeNatsConfig(file: string, options: { passwordOf: (user: string) => string; facts?: Facts }): void;
export function contractFacts(): Facts;
export function factsFrom(eventMap: Facts['eventMap']): Facts;
