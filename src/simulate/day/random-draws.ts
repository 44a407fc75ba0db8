/** A vehicle-day's random numbers, drawn in blocks: the hot loop reads an Int32Array. */
import { Sfc32, STREAM } from '../../random/sfc32.js';
import { EXPONENTIAL, NORMAL, TABLE_SHIFT } from '../../random/tables.js';

export const DRAW_BLOCK = 512;

export class RandomDraws {
  readonly block = new Int32Array(DRAW_BLOCK);
  next = DRAW_BLOCK;
  /** 1 if the block has been filled, else 0. */
  private filled = 0;
  /** A separate stream for the day's routes and start, so that finding a route doesn't shift the records' draws. */
  readonly day = new Sfc32();
  private readonly generator = new Sfc32();
  /** The generator's state before it filled the block; its current state where it has not yet. */
  private readonly beforeBlock = new Sfc32();

  /** Starts the streams of a vehicle-day. */
  start(seed: number, vehicle: number, day: number): void {
    this.generator.seed(seed, vehicle, day, STREAM.motion);
    this.day.seed(seed, vehicle, day, STREAM.route);
    Object.assign(this.beforeBlock, this.generator);
    this.next = DRAW_BLOCK;
    this.filled = 0;
  }

  /** Position in `block` of `count` fresh draws, to be read before the next call. */
  take(count: number): number {
    let at = this.next;
    if (at + count > DRAW_BLOCK) {
      this.fillBlock();
      at = 0;
    }
    this.next = at + count;
    return at;
  }

  /** The objects whose numbers are the state of the streams; call `restored` after setting them. */
  stateful(): readonly object[] {
    return [this, this.day, this.beforeBlock];
  }

  restored(): void {
    Object.assign(this.generator, this.beforeBlock);
    if (this.filled === 1) this.generator.fill(this.block);
  }

  private fillBlock(): void {
    Object.assign(this.beforeBlock, this.generator);
    this.filled = 1;
    this.generator.fill(this.block);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.block[this.take(1)]! >>> 0) * 2.3283064365386963e-10;
  }

  normal(): number {
    return NORMAL[this.block[this.take(1)]! >>> TABLE_SHIFT]!;
  }

  /** Exponential with mean 1, at most about 9. */
  exponential(): number {
    return EXPONENTIAL[this.block[this.take(1)]! >>> TABLE_SHIFT]!;
  }
}
