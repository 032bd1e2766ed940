export function buildWeb (): Promise<boolean>
export function bundledPackages (): Promise<string[]>
