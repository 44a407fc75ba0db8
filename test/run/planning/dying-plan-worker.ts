/** A worker thread that dies on its first task. */
export default function count(): never {
  process.exit(9);
}
