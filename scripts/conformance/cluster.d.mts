export const root: string;
export function clientFolder(name: 'kubectl' | 'helm'): string;
