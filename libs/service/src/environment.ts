import { readFileSync } from 'node:fs';

/** Thrown when the process may not start; the message names each wrong variable and says what to do. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The process cannot start with this configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export type Variables = Record<string, string | undefined>;

interface Wanted<T> {
  /** Value used when the variable is missing; without one the variable must be set. */
  fallback?: T;
  /** What the variable is for, shown when it is missing or wrong. */
  help: string;
}

/** Secrets that somebody wrote down in a manual: a production start refuses them. */
const KNOWN_SECRETS = new Set(['aftercare', 'admin', 'changeme', 'change-me', 'default', 'password', 'postgres', 'secret', 'test', 'development']);
const SHORTEST_SECRET = 12;

/**
 * Reads variables one by one and collects every problem, so that a wrong environment is reported whole and not one
 * variable a start. `X_FILE` may stand for `X`: its value is the content of that file (docker and kubernetes secrets).
 */
export class Environment {
  readonly problems: string[] = [];

  constructor(private readonly variables: Variables) {}

  /** The raw value, from the variable or from the file that its `_FILE` twin names. */
  raw(name: string): string | undefined {
    const direct = this.variables[name];
    if (direct !== undefined && direct !== '') return direct;
    const file = this.variables[`${name}_FILE`];
    if (file === undefined || file === '') return undefined;
    return this.content(`${name}_FILE`, file);
  }

  text(name: string, wanted: Wanted<string>): string {
    const value = this.raw(name);
    if (value !== undefined) return value;
    return this.missing(name, wanted, '');
  }

  optional(name: string): string | undefined {
    return this.raw(name);
  }

  integer(name: string, limits: Wanted<number> & { min: number; max: number }): number {
    const value = this.raw(name);
    if (value === undefined) return this.missing(name, limits, limits.min);
    const number = Number(value);
    if (/^\d{1,9}$/.test(value) && number >= limits.min && number <= limits.max) return number;
    this.problems.push(`${name} is not a whole number from ${limits.min} to ${limits.max}: ${limits.help}`);
    return limits.min;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], wanted: Wanted<T>): T {
    const value = this.raw(name);
    if (value === undefined) return this.missing(name, wanted, choices[0]);
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    this.problems.push(`${name} must be one of ${choices.join(', ')}: ${wanted.help}`);
    return choices[0];
  }

  /** An address with one of the given schemes; the value itself is never repeated in a message, it may hold a password. */
  url(name: string, schemes: readonly string[], wanted: Wanted<string>): string {
    const value = this.raw(name);
    if (value === undefined) return this.missing(name, wanted, '');
    if (URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', ''))) return value;
    this.problems.push(`${name} is not an address starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}: ${wanted.help}`);
    return '';
  }

  /** The content of the file that the variable names. */
  file(name: string, wanted: Wanted<string>): string {
    const path = this.variables[name];
    if (path === undefined || path === '') return this.missing(name, wanted, '');
    return this.content(name, path) ?? '';
  }

  /** A production start refuses secrets that are missing, short or known to everybody. */
  refuseWeakSecret(name: string, secret: string | undefined): void {
    if (secret === undefined || secret === '') {
      this.problems.push(`${name} is missing: PROFILE=production needs a secret of its own here`);
    } else if (secret.length < SHORTEST_SECRET || KNOWN_SECRETS.has(secret.toLowerCase())) {
      this.problems.push(`${name} is a default or shorter than ${SHORTEST_SECRET} characters: PROFILE=production refuses it; make one with "openssl rand -base64 32"`);
    }
  }

  /** Throws ConfigError when anything was wrong. */
  assertComplete(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }

  private missing<T>(name: string, wanted: Wanted<T>, placeholder: T): T {
    if (wanted.fallback !== undefined) return wanted.fallback;
    this.problems.push(`${name} is missing: ${wanted.help}`);
    return placeholder;
  }

  private content(name: string, path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      this.problems.push(`${name} names a file that cannot be read: ${path}`);
      return undefined;
    }
  }
}
