/** Markdown as tasks use it: headings, paragraphs, lists, code, emphasis, links, tables. Everything else is text. */
export function markdown(source: string): string {
  const lines = source.replace(/\r/g, '').split('\n');
  const out: string[] = [];
  while (lines.length > 0) out.push(block(lines));
  return out.join('\n');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const ITEM = /^(\s*)(?:[-*]|(\d+)\.)\s+(.*)$/;

/** Takes one block off the front. */
function block(lines: string[]): string {
  const first = lines[0] as string;
  if (first.trim() === '') {
    lines.shift();
    return '';
  }
  if (first.startsWith('```')) return fence(lines);
  const heading = /^(#{1,4})\s+(.*)$/.exec(first);
  if (heading) {
    lines.shift();
    const level = (heading[1] as string).length + 1;
    return `<h${level}>${inline(heading[2] as string)}</h${level}>`;
  }
  if (ITEM.test(first)) return list(lines);
  if (first.startsWith('|') && /^\|[\s:|-]+\|$/.test(lines[1] ?? '')) return table(lines);
  return paragraph(lines);
}

function fence(lines: string[]): string {
  lines.shift();
  const code: string[] = [];
  while (lines.length > 0 && !(lines[0] as string).startsWith('```')) code.push(lines.shift() as string);
  lines.shift();
  return `<pre><code>${escapeHtml(code.join('\n'))}</code></pre>`;
}

function list(lines: string[]): string {
  const [, , number] = ITEM.exec(lines[0] as string) as unknown as [string, string, string | undefined];
  const tag = number === undefined ? 'ul' : 'ol';
  const items: string[] = [];
  for (let match = ITEM.exec(lines[0] ?? ''); match; match = ITEM.exec(lines[0] ?? '')) {
    lines.shift();
    let text = match[3] as string;
    while (/^\s{2,}\S/.test(lines[0] ?? '') && !ITEM.test(lines[0] as string))
      text += ` ${(lines.shift() as string).trim()}`;
    items.push(`<li>${inline(text)}</li>`);
  }
  return `<${tag}>${items.join('')}</${tag}>`;
}

function table(lines: string[]): string {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => inline(cell.trim()));
  const head = cells(lines.shift() as string);
  lines.shift();
  const rows: string[] = [];
  while ((lines[0] ?? '').startsWith('|')) {
    rows.push(
      `<tr>${cells(lines.shift() as string)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
    );
  }
  const heads = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  return `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function paragraph(lines: string[]): string {
  const text: string[] = [];
  while (
    lines.length > 0 &&
    (lines[0] as string).trim() !== '' &&
    !/^(```|#{1,4} )/.test(lines[0] as string)
  ) {
    if (text.length > 0 && ITEM.test(lines[0] as string)) break;
    text.push((lines.shift() as string).trim());
  }
  return `<p>${inline(text.join(' '))}</p>`;
}

function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part) ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : emphasis(part),
    )
    .join('');
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>')
    .replace(/\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/g, '<a href="$2" target="_blank" rel="noreferrer">$1</a>');
}
