export const root: string;
export function clientFolder(name: 'kubectl' | 'helm'): string;
export const PACKAGE: string;
