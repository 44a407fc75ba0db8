/** A thread that counts nothing. */
export default function count(): never {
  throw new Error('out of order');
}
