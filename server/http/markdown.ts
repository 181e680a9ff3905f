import { Marked } from 'marked';

/** Of a task's text, HTML is text like any other, headings stand below the page's own, and links lead to the web. */
const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escapeHtml(text),
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 1);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^https?:\/\//.test(href)
        ? `<a href="${escapeHtml(href)}" target="_blank" rel="noreferrer">${text}</a>`
        : text;
    },
    image: ({ text }) => escapeHtml(text),
  },
});

/** Markdown as labs are written in it, as HTML that needs no cleaning. */
export function markdown(source: string): string {
  return marked.parse(source, { async: false });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
