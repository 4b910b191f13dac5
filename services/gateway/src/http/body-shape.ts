/** Lists and objects within each other, the body itself counted; the deepest message has a handful. */
export const BODY_DEPTH_MAX = 20;

/** Whether lists and objects are nested more than `max` deep; level by level, for a recursion would end the stack itself. */
export function isDeeperThan(max: number, body: unknown): boolean {
  let level = [body].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > max) return true;
    level = level.flatMap((each) => Object.values(each)).filter(isContainer);
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
