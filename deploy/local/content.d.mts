export type Content = 'new' | 'filling' | 'demo' | 'own';
export function contentOf(superuserUrl: string, services: string[]): Promise<Content>;
export function beginFilling(superuserUrl: string): Promise<void>;
export function endFilling(superuserUrl: string, kind: 'demo' | 'own'): Promise<void>;
