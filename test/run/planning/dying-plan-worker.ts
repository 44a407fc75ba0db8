/** A thread that dies of its first task. */
export default function count(): never {
  process.exit(9);
}
