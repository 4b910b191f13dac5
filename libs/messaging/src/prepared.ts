const names = new Map<string, string>();

/**
 * Marks a statement that never changes and runs all the time: each connection prepares it once, under this name, and
 * PostgreSQL plans it no more (the outbox has a partition for each month, and planning over them costs more than the
 * statement itself). Answers the text, to be sent as any other.
 */
export function prepared(name: string, text: string): string {
  names.set(text, name);
  return text;
}

/** The name a statement was marked with; undefined for all others. */
export function preparedName(text: string): string | undefined {
  return names.get(text);
}
