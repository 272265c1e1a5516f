// Types of what runs in the documents of a window.
type Noted = { pressedAt?: number; enteredAt?: number; composerAt?: number };
type StreamSeen = { tasks: number[]; shownAt?: number };

export function watch(): void;
export function noted(): Noted;
export function composerText(): string | undefined;
export function clipboard(): Promise<string>;
export function roundTrips(count: number): Promise<number[]>;
export function watchStream(end: string): void;
export function streamSeen(): StreamSeen;
export function askForStream(url: string): void;
export function clearPre(): void;
export function watchOpening(words: string): void;
export function openedAfter(): number | undefined;
export function scrollThrough(ms: number): Promise<number>;
