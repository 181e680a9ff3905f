import { expect, it } from 'vitest';
import { markdown } from './markdown.ts';

it.each([
  ['a *b* **c** `<d>`', '<p>a <em>b</em> <strong>c</strong> <code>&lt;d&gt;</code></p>'],
  ['# Title', '<h2>Title</h2>'],
  ['- one\n- two\n  more', '<ul><li>one</li><li>two more</li></ul>'],
  ['1. one\n2. two', '<ol><li>one</li><li>two</li></ol>'],
  ['```sh\na < b\n```', '<pre><code>a &lt; b</code></pre>'],
  ['<script>x</script>', '<p>&lt;script&gt;x&lt;/script&gt;</p>'],
  ['[d](javascript:x)', '<p>[d](javascript:x)</p>'],
  ['[d](https://k8s.io/)', '<p><a href="https://k8s.io/" target="_blank" rel="noreferrer">d</a></p>'],
  [
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
  ],
])('shows %j', (source, html) => {
  expect(markdown(source).trim()).toBe(html);
});
