// Runs before the page is painted, so that a chosen theme does not flash.
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function chosen(): Theme {
  const stored = localStorage.getItem('theme');
  return THEMES.find((theme) => theme === stored) ?? 'auto';
}

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

apply(chosen());

addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('theme');
  if (!button) return;
  const texts = JSON.parse(document.getElementById('page-data')?.textContent ?? '{}').texts ?? {};
  const label = () => {
    const theme = chosen();
    const text = texts[`theme${theme[0]?.toUpperCase()}${theme.slice(1)}`] ?? theme;
    button.setAttribute('aria-label', text);
    button.title = text;
  };
  button.addEventListener('click', () => {
    const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length] as Theme;
    localStorage.setItem('theme', next);
    apply(next);
    label();
  });
  label();
});
