/** Lengths of the codes for symbols that come so often, none longer than `limit`. */
export function codeLengths(frequencies: readonly number[], limit: number): number[] {
  for (let scaled = frequencies.map((count) => Math.max(1, count)); ; ) {
    const lengths = treeDepths(scaled);
    if (Math.max(...lengths) <= limit) return lengths;
    scaled = scaled.map((count) => 1 + (count >> 1));
  }
}

/** How deep each symbol hangs in the tree that joins the two rarest again and again. */
function treeDepths(counts: readonly number[]): number[] {
  const parents: number[] = [];
  const weights = [...counts];
  const leaves = counts
    .map((_, i) => i)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number) || a - b);
  const joined: number[] = [];
  const rarest = (): number => {
    const leaf = leaves[0];
    const node = joined[0];
    const takesLeaf =
      node === undefined || (leaf !== undefined && (weights[leaf] as number) <= (weights[node] as number));
    return (takesLeaf ? leaves : joined).shift() as number;
  };
  while (leaves.length + joined.length > 1) {
    const [one, two] = [rarest(), rarest()];
    const node = weights.length;
    weights.push((weights[one] as number) + (weights[two] as number));
    parents[one] = node;
    parents[two] = node;
    joined.push(node);
  }
  const depths: number[] = [];
  for (let node = weights.length - 1; node >= 0; node--) {
    const parent = parents[node];
    depths[node] = parent === undefined ? 0 : (depths[parent] as number) + 1;
  }
  return depths.slice(0, counts.length).map((depth) => Math.max(1, depth));
}

/** The codes in their canonical order: by length, then by symbol. */
export function codesOf(lengths: readonly number[]): number[] {
  const codes: number[] = [];
  let code = 0;
  for (let length = 1; length <= Math.max(...lengths); length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++;
    code *= 2;
  }
  return codes;
}
