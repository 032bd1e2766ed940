// What the tests use of a page, in functions that run there. The browser's own types contradict Node's.
declare const document: any
declare const window: any
declare const innerWidth: number
declare function getComputedStyle (element: unknown): { animationDuration: string, transitionDuration: string, direction: string }
declare const DataTransfer: any
