export interface SupervisedOptions {
  name: string;
  launch: () => Promise<{ pid: number | null; child: object | null }>;
  keepAlive?: boolean;
  stopOptions?: { signal?: NodeJS.Signals; graceMs?: number };
  onChange?: () => void;
  log?: (line: string) => void;
}

export class Supervised {
  constructor(options: SupervisedOptions);
  pid: number | null;
  restarts: number;
  hopeless: boolean;
  readonly name: string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}
