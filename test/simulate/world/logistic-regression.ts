/** A plain logistic regression, as a user of the data would fit one: Newton's method on rows of features. */

/** `features[row * width + i]`. Returns the weights. */
export function fitLogistic(features: Float64Array, labels: Uint8Array, width: number, ridge = 1): Float64Array {
  const weights = new Float64Array(width);
  for (let step = 0; step < 12; step++) {
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    for (let row = 0; row < labels.length; row++) {
      const at = row * width;
      const p = probability(features, at, weights);
      const spread = p * (1 - p);
      for (let i = 0; i < width; i++) {
        const x = features[at + i]!;
        if (x === 0) continue;
        gradient[i]! += (labels[row]! - p) * x;
        const line = hessian[i]!;
        const scaled = spread * x;
        for (let j = 0; j <= i; j++) line[j]! += scaled * features[at + j]!;
      }
    }
    for (let i = 0; i < width; i++) {
      gradient[i]! -= ridge * weights[i]!;
      hessian[i]![i]! += ridge;
      for (let j = 0; j < i; j++) hessian[j]![i] = hessian[i]![j]!;
    }
    const change = solve(hessian, gradient);
    for (let i = 0; i < width; i++) weights[i]! += change[i]!;
    if (change.every((value) => Math.abs(value) < 1e-5)) break;
  }
  return weights;
}

export function predict(features: Float64Array, weights: Float64Array): Float64Array {
  const rows = features.length / weights.length;
  return Float64Array.from({ length: rows }, (_, row) => probability(features, row * weights.length, weights));
}

/** Area under the ROC curve; equal scores count half. */
export function auc(scores: ArrayLike<number>, labels: Uint8Array): number {
  const order = Uint32Array.from(labels, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    let positivesHere = 0;
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) positivesHere += labels[order[to]!]!;
    ranks += positivesHere * ((from + to + 1) / 2);
    positives += positivesHere;
    from = to;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Standard error of an AUC (Hanley and McNeil 1982). */
export function aucError(area: number, positives: number, negatives: number): number {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const own = area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area);
  return Math.sqrt(own / (positives * negatives));
}

function probability(features: Float64Array, at: number, weights: Float64Array): number {
  let logit = 0;
  for (let i = 0; i < weights.length; i++) logit += weights[i]! * features[at + i]!;
  return 1 / (1 + Math.exp(-logit));
}

/** Gaussian elimination; the matrix is positive definite, so that no pivot is zero. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      if (factor === 0) continue;
      for (let k = pivot; k < size; k++) matrix[row]![k]! -= factor * matrix[pivot]![k]!;
      right[row]! -= factor * right[pivot]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) right[row]! -= matrix[row]![k]! * right[k]!;
    right[row]! /= matrix[row]![row]!;
  }
  return right;
}
