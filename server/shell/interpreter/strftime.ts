const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The time in UTC, in the C locale. */
export function strftime(format: string, ms: number): string {
  const date = new Date(ms);
  return format.replace(/%([-_0^]?)([a-zA-Z%])/g, (all, flag: string, letter: string) => {
    const text = field(date, letter);
    if (text === undefined) return all;
    if (flag === '-') return text.replace(/^0+(?=.)/, '');
    return flag === '^' ? text.toUpperCase() : text;
  });
}

function pad(value: number, width = 2, fill = '0'): string {
  return String(value).padStart(width, fill);
}

function field(date: Date, letter: string): string | undefined {
  const hours = date.getUTCHours();
  const simple: Record<string, () => string> = {
    a: () => (DAYS[date.getUTCDay()] as string).slice(0, 3),
    A: () => DAYS[date.getUTCDay()] as string,
    b: () => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
    h: () => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
    B: () => MONTHS[date.getUTCMonth()] as string,
    c: () => strftime('%a %b %e %H:%M:%S %Y', date.getTime()),
    C: () => pad(Math.floor(date.getUTCFullYear() / 100)),
    d: () => pad(date.getUTCDate()),
    D: () => strftime('%m/%d/%y', date.getTime()),
    e: () => pad(date.getUTCDate(), 2, ' '),
    F: () => strftime('%Y-%m-%d', date.getTime()),
    H: () => pad(hours),
    I: () => pad(hours % 12 || 12),
    j: () => pad(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1, 3),
    k: () => pad(hours, 2, ' '),
    l: () => pad(hours % 12 || 12, 2, ' '),
    m: () => pad(date.getUTCMonth() + 1),
    M: () => pad(date.getUTCMinutes()),
    n: () => '\n',
    N: () => pad(date.getUTCMilliseconds() * 1_000_000, 9),
    p: () => (hours < 12 ? 'AM' : 'PM'),
    P: () => (hours < 12 ? 'am' : 'pm'),
    r: () => strftime('%I:%M:%S %p', date.getTime()),
    R: () => strftime('%H:%M', date.getTime()),
    s: () => String(Math.floor(date.getTime() / 1000)),
    S: () => pad(date.getUTCSeconds()),
    t: () => '\t',
    T: () => strftime('%H:%M:%S', date.getTime()),
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    x: () => strftime('%m/%d/%y', date.getTime()),
    X: () => strftime('%H:%M:%S', date.getTime()),
    y: () => pad(date.getUTCFullYear() % 100),
    Y: () => String(date.getUTCFullYear()),
    z: () => '+0000',
    Z: () => 'UTC',
    '%': () => '%',
  };
  return simple[letter]?.();
}
