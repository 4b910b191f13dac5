/** What the variables of npm start say. */
export interface StartSettings {
  port: number;
  profile: 'production' | 'demo' | 'development' | 'test';
  databaseUrl: string | undefined;
  natsUrl: string | undefined;
}

export function startSettings(variables: Record<string, string | undefined>): StartSettings;
export function platformDir(): string;

/** Ports that browsers and fetch refuse. */
export const REFUSED_PORTS: readonly number[];
