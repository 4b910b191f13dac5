interface BrokerAccess {
  url: string;
  user?: string;
  password?: string;
}

export function jetStreamRoundTrip(broker: BrokerAccess): Promise<void>;
export function watchBroker(options: { broker: () => BrokerAccess; onHung: () => Promise<void>; everyMs?: number }): () => void;
export function watchLiveness(options: {
  port: number;
  pid: () => number | null;
  onHung: (silentMs: number) => void;
  hungAfterMs?: number;
  pauseMs?: number;
}): () => void;
