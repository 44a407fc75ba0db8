/** Whether a version, such as 20.19.4 or v20.19.4, is in a range of ^1.2.3 and >=1.2.3, alternatives separated by ||. */
export function isInRange(version: string, range: string): boolean {
  const found = numbersOf(version);
  return range.split('||').some((part) => {
    const [, operator, least = ''] = /^\s*(\^|>=)(\d+\.\d+\.\d+)\s*$/.exec(part) ?? [];
    if (operator === undefined) throw new Error(`the range "${range}" is written in another way`);
    const from = numbersOf(least);
    return isAtLeast(found, from) && (operator === '>=' || found[0] === from[0]);
  });
}

function numbersOf(version: string): number[] {
  return version
    .replace(/^v|-.*$/g, '')
    .split('.')
    .map(Number);
}

function isAtLeast(found: readonly number[], least: readonly number[]): boolean {
  const differing = least.findIndex((number, i) => found[i] !== number);
  return differing < 0 || found[differing]! > least[differing]!;
}
