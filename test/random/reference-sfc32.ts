/** PractRand's sfc32 reimplemented on big integers: no 32-bit tricks, so it shares no mistake with the fast one. */

/** The four state words a, b, c and counter, each 0..2^32 - 1. */
export type State = readonly [a: bigint, b: bigint, c: bigint, counter: bigint];

const WORD = 1n << 32n;

/** One round: the draw and the state after it. */
export function step([a, b, c, counter]: State): { readonly draw: bigint; readonly state: State } {
  const draw = (a + b + counter) % WORD;
  const rotated = ((c << 21n) % WORD) + (c >> 11n);
  return { draw, state: [b ^ (b >> 9n), (c * 9n) % WORD, (rotated + draw) % WORD, (counter + 1n) % WORD] };
}

/** The state a key (seed, subject, time, stream) starts with, before the warm-up: the contract of Sfc32.seed. */
export function stateOfKey(seed: number, subject: number, time: number, stream: number): State {
  const wide = BigInt(seed);
  return [
    wide % WORD,
    BigInt.asUintN(32, BigInt(subject)),
    (BigInt(time) << 8n) + BigInt(stream),
    (wide >> 32n) * 2n + 1n,
  ];
}

/** The first draws of a state after `skip` rounds, as unsigned 32-bit numbers. */
export function drawsOf(start: State, skip: number, count: number): number[] {
  const draws: number[] = [];
  let state = start;
  for (let i = 0; i < skip + count; i++) {
    const round = step(state);
    if (i >= skip) draws.push(Number(round.draw));
    state = round.state;
  }
  return draws;
}
