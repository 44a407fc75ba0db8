/** The sections of a drive as arrays: the constraints of each and, once timed, how it is driven. */

/** Most trips have fewer; the arrays grow. */
const USUAL_SECTIONS = 64;

export class Sections {
  sections = 0;
  /** Seconds from ignition on to ignition off. */
  seconds = 0;
  lengthM = 0;
  /**
   * By section: seconds and metres from the trip's start to its begin. One entry more than sections: the trip's end.
   */
  t0 = new Float64Array(USUAL_SECTIONS + 1);
  s0 = new Float64Array(USUAL_SECTIONS + 1);
  /** Seconds of accelerating, cruising, braking and standstill. */
  accelerateS = new Float64Array(USUAL_SECTIONS);
  cruiseS = new Float64Array(USUAL_SECTIONS);
  brakeS = new Float64Array(USUAL_SECTIONS);
  waitS = new Float64Array(USUAL_SECTIONS);
  /** Speed at the section's begin, its highest and that at its end, m/s. */
  entry = new Float64Array(USUAL_SECTIONS + 1);
  peak = new Float64Array(USUAL_SECTIONS);
  exit = new Float64Array(USUAL_SECTIONS);
  /** Posted limit where the section begins, m/s. */
  limit = new Float64Array(USUAL_SECTIONS);
  /** 1 during a spell of deliberate speeding. */
  spell = new Uint8Array(USUAL_SECTIONS);
  /** The section that ends in a crash; -1 for none. */
  crashSection = -1;
  /** The trip's offset into DEVIATIONS. */
  salt = 0;

  /** Metres. */
  lengthOf = new Float64Array(USUAL_SECTIONS);

  /** Shifts the sections after k back by `count` to make room for insertions; adjusts `crashSection` and `sections`. */
  makeRoom(k: number, count: number): void {
    while (this.sections + count > this.lengthOf.length) this.grow();
    const { sections } = this;
    const end = sections + 1;
    for (const array of [this.t0, this.s0, this.entry]) array.copyWithin(k + 1 + count, k + 1, end);
    for (const array of [this.accelerateS, this.cruiseS, this.brakeS, this.waitS, this.peak, this.exit, this.limit]) {
      array.copyWithin(k + 1 + count, k + 1, sections);
    }
    this.spell.copyWithin(k + 1 + count, k + 1, sections);
    this.sections = sections + count;
    if (this.crashSection > k) this.crashSection += count;
  }

  /** Doubles the capacity. */
  grow(): void {
    const size = this.lengthOf.length * 2;
    const wider = (array: Float64Array<ArrayBuffer>, extra: number): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(size + extra);
      larger.set(array);
      return larger;
    };
    this.lengthOf = wider(this.lengthOf, 0);
    this.t0 = wider(this.t0, 1);
    this.s0 = wider(this.s0, 1);
    this.accelerateS = wider(this.accelerateS, 0);
    this.cruiseS = wider(this.cruiseS, 0);
    this.brakeS = wider(this.brakeS, 0);
    this.waitS = wider(this.waitS, 0);
    this.entry = wider(this.entry, 1);
    this.peak = wider(this.peak, 0);
    this.exit = wider(this.exit, 0);
    this.limit = wider(this.limit, 0);
    const spell = new Uint8Array(size);
    spell.set(this.spell);
    this.spell = spell;
  }
}
