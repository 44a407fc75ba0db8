/**
 * Runs the sides of a comparison in turn, in reverse order every second round, so that warm-up or temporary load of the
 * machine favours no side.
 */
export async function interleave(
  rounds: number,
  sides: readonly (() => Promise<void>)[],
  onRound?: (text: string) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    onRound?.(`round ${round + 1} of ${rounds}`);
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await side();
  }
}
