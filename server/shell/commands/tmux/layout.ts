import type { Pane } from './pane.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

/** Panes of a window: one, or several side by side (`columns`) or one above the other (`rows`) with shares of the room. */
export type Layout =
  | { readonly type: 'pane'; readonly pane: Pane }
  | { readonly type: 'columns' | 'rows'; readonly children: Layout[]; readonly shares: number[] };

export function panesOf(layout: Layout): Pane[] {
  return layout.type === 'pane' ? [layout.pane] : layout.children.flatMap(panesOf);
}

/** Where each pane lies; between two there is a line of one column or row. */
export function boxesOf(layout: Layout, box: Box): Map<Pane, Box> {
  if (layout.type === 'pane') return new Map([[layout.pane, box]]);
  const along = layout.type === 'columns' ? box.columns : box.rows;
  const room = Math.max(layout.children.length, along - (layout.children.length - 1));
  const total = layout.shares.reduce((sum, share) => sum + share, 0);
  const out = new Map<Pane, Box>();
  let at = 0;
  let left = room;
  for (const [i, child] of layout.children.entries()) {
    const isLast = i === layout.children.length - 1;
    const size = isLast ? left : Math.max(1, Math.round(((layout.shares[i] ?? 1) / total) * room));
    const inner =
      layout.type === 'columns'
        ? { x: box.x + at, y: box.y, columns: size, rows: box.rows }
        : { x: box.x, y: box.y + at, columns: box.columns, rows: size };
    for (const [pane, place] of boxesOf(child, inner)) out.set(pane, place);
    at += size + 1;
    left = Math.max(1, left - size);
  }
  return out;
}

/** The layout with a new pane beside (`columns`) or below (`rows`) another. */
export function split(
  layout: Layout,
  beside: Pane,
  added: Pane,
  type: 'columns' | 'rows',
  share = 0.5,
): Layout {
  if (layout.type === 'pane') {
    if (layout.pane !== beside) return layout;
    return {
      type,
      children: [layout, { type: 'pane', pane: added }],
      shares: [1 - share, share],
    };
  }
  const index = layout.children.findIndex((child) => child.type === 'pane' && child.pane === beside);
  if (index >= 0 && layout.type === type) {
    const own = layout.shares[index] ?? 1;
    const children = [...layout.children];
    const shares = [...layout.shares];
    children.splice(index + 1, 0, { type: 'pane', pane: added });
    shares.splice(index, 1, own * (1 - share), own * share);
    return { type, children, shares };
  }
  return { ...layout, children: layout.children.map((child) => split(child, beside, added, type, share)) };
}

/** The layout without a pane; undefined when it was the last. */
export function without(layout: Layout, pane: Pane): Layout | undefined {
  if (layout.type === 'pane') return layout.pane === pane ? undefined : layout;
  const children: Layout[] = [];
  const shares: number[] = [];
  for (const [i, child] of layout.children.entries()) {
    const rest = without(child, pane);
    if (!rest) continue;
    children.push(rest);
    shares.push(layout.shares[i] ?? 1);
  }
  if (children.length <= 1) return children[0];
  return { ...layout, children, shares };
}

/** Gives a pane `by` cells more (or fewer) of the nearest split of that direction. */
export function resized(
  layout: Layout,
  pane: Pane,
  type: 'columns' | 'rows',
  by: number,
  room: number,
): Layout {
  if (layout.type === 'pane') return layout;
  const index = layout.children.findIndex((child) => panesOf(child).includes(pane));
  if (index < 0) return layout;
  const children = [...layout.children];
  const inner = children[index] as Layout;
  if (layout.type !== type) {
    children[index] = resized(inner, pane, type, by, room);
    return { ...layout, children };
  }
  const total = layout.shares.reduce((sum, share) => sum + share, 0);
  const shares = [...layout.shares];
  const other = index + 1 < shares.length ? index + 1 : index - 1;
  const change = (by / Math.max(1, room)) * total * (other > index ? 1 : -1);
  const least = total / Math.max(2, room);
  if ((shares[index] ?? 0) + change < least || (shares[other] ?? 0) - change < least) return layout;
  shares[index] = (shares[index] ?? 0) + change;
  shares[other] = (shares[other] ?? 0) - change;
  return { ...layout, shares };
}

/** tmux's preset layouts. */
export function arranged(panes: readonly Pane[], name: string): Layout {
  const leaves: Layout[] = panes.map((pane) => ({ type: 'pane', pane }));
  const even = (type: 'columns' | 'rows', children: Layout[]): Layout =>
    children.length === 1 ? (children[0] as Layout) : { type, children, shares: children.map(() => 1) };
  const [first, ...rest] = leaves;
  if (!first || rest.length === 0) return leaves[0] as Layout;
  switch (name) {
    case 'even-vertical':
      return even('rows', leaves);
    case 'main-horizontal':
      return { type: 'rows', children: [first, even('columns', rest)], shares: [2, 1] };
    case 'main-vertical':
      return { type: 'columns', children: [first, even('rows', rest)], shares: [1, 1] };
    case 'tiled': {
      const width = Math.ceil(Math.sqrt(leaves.length));
      const rows: Layout[] = [];
      for (let i = 0; i < leaves.length; i += width) rows.push(even('columns', leaves.slice(i, i + width)));
      return even('rows', rows);
    }
    default:
      return even('columns', leaves);
  }
}
