/**
 * Runs the sides of a comparison in turn, round after round, each second round backwards: a machine that warms up, or
 * that somebody else uses for a while, then favours no side.
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
