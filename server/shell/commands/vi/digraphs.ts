/** Second signs that put a mark on a letter. Models RFC 1345. */
const MARKS: Readonly<Record<string, string>> = {
  '!': '\u0300',
  "'": '\u0301',
  '>': '\u0302',
  '?': '\u0303',
  '-': '\u0304',
  '(': '\u0306',
  '.': '\u0307',
  ':': '\u0308',
  '0': '\u030a',
  '"': '\u030b',
  '<': '\u030c',
  ',': '\u0327',
  ';': '\u0328',
};

const OTHERS = `
-> → <- ← -! ↑ -v ↓ <> ↔ => ⇒ == ⇔ OK ✓ XX ✗ Eu € =e € Pd £ Ye ¥ Ct ¢ Cu ¤ Co © Rg ® TM ™ DG ° +- ± My µ PI ¶ SE §
.M · 1S ¹ 2S ² 3S ³ 0S ⁰ 4S ⁴ 12 ½ 14 ¼ 34 ¾ ?I ¿ !I ¡ *X × -: ÷ ss ß AE Æ ae æ o/ ø O/ Ø aa å AA Å d- ð D- Ð th þ TH Þ
<< « >> » -N – -M — "6 “ "9 ” '6 ‘ '9 ’ .9 ‚ :9 „ /- † /= ‡ .. ‥ ,. … 00 ∞ != ≠ =< ≤ >= ≥ ?2 ≈ RT √ FA ∀ TE ∃ (- ∈
hh ─ vv │ dr ┌ dl ┐ ur └ ul ┘ vr ├ vl ┤ dh ┬ uh ┴ vh ┼ FB █ *2 ★ *1 ☆ NS \u00a0
a* α b* β g* γ d* δ e* ε l* λ m* μ p* π s* σ w* ω D* Δ L* Λ P* Π S* Σ W* Ω`;

const TABLE = new Map(
  [...OTHERS.matchAll(/(\S\S) (\S|\u00a0)(?=\s|$)/gu)].map(([, pair, char]) => [
    pair as string,
    char as string,
  ]),
);

/** The character that ^K and two signs make: the second one, when they mean nothing together. */
export function digraph(first: string, second: string): string {
  const named = TABLE.get(first + second) ?? TABLE.get(second + first);
  if (named !== undefined) return named;
  const mark = MARKS[second];
  const made = mark !== undefined && /[a-z]/i.test(first) ? (first + mark).normalize('NFC') : '';
  return [...made].length === 1 ? made : second;
}
