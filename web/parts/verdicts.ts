import type { ReportView, VerdictView } from '../../server/http/protocol.ts';
import { make, text } from './page.ts';

const ICONS: Record<VerdictView['outcome'], string> = {
  pass: 'M5 12.5 10 17 19 7.5',
  fail: 'M7 7l10 10M17 7 7 17',
  ungradable: 'M12 6v7M12 17v.5',
};

const SVG = 'http://www.w3.org/2000/svg';

/** Shows every check of a report. The same as `verdict.ejs` makes on the server. */
export function showVerdicts(list: HTMLElement, report: ReportView): void {
  list.replaceChildren(...report.verdicts.map(verdictItem));
}

function verdictItem(verdict: VerdictView): HTMLLIElement {
  const item = make('li');
  const details = make('details', `verdict ${verdict.outcome}`);
  details.open = verdict.outcome !== 'pass';
  const summary = make('summary');
  const says = make('span');
  says.append(make('span', 'visually-hidden', `${text(verdict.outcome)}: `), verdict.says);
  const points = make('span', 'number', text('point', { n: verdict.earned, all: verdict.points }));
  summary.append(icon(verdict.outcome), says, points);
  const list = make('dl');
  if (verdict.outcome !== 'pass') {
    if (verdict.outcome === 'fail') {
      list.append(make('dt', '', text('expected')), make('dd', 'exact', verdict.expected));
    }
    list.append(make('dt', '', text('actual')), make('dd', 'exact', verdict.actual));
  }
  if (verdict.why) list.append(make('dt', '', text('why')), make('dd', '', verdict.why));
  details.append(summary, list);
  item.append(details);
  return item;
}

function icon(outcome: VerdictView['outcome']): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2.6',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[outcome]);
  svg.append(path);
  return svg;
}
