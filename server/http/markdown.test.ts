import { expect, it } from 'vitest';
import { markdown } from './markdown.ts';

it.each([
  ['a *b* **c** `<d>`', '<p>a <em>b</em> <strong>c</strong> <code>&lt;d&gt;</code></p>'],
  ['# Title', '<h2>Title</h2>'],
  ['- one\n- two\n  more', '<ul>\n<li>one</li>\n<li>two\nmore</li>\n</ul>'],
  ['```sh\na < b\n```', '<pre><code class="language-sh">a &lt; b\n</code></pre>'],
  ['<script>x</script>', '&lt;script&gt;x&lt;/script&gt;'],
  ['a <b onclick="x">c</b>', '<p>a &lt;b onclick=&quot;x&quot;&gt;c&lt;/b&gt;</p>'],
  ['[d](javascript:x)', '<p>d</p>'],
  ['![d](https://tracker/x.png)', '<p>d</p>'],
  ['[d](https://k8s.io/)', '<p><a href="https://k8s.io/" target="_blank" rel="noreferrer">d</a></p>'],
  [
    '[a](https://k8s.io/"x)',
    '<p><a href="https://k8s.io/&quot;x" target="_blank" rel="noreferrer">a</a></p>',
  ],
])('shows %j', (source, html) => {
  expect(markdown(source).trim()).toBe(html);
});
