// The banner of a service that limits how much may be sent: it says until when, and goes by itself.
import { type Banner, banner } from './banners.ts';

export type RateLimitNote = { reached: boolean; untilMs: number; percent: number };

export function limitBanners(limit: RateLimitNote | undefined): Banner[] {
  if (limit === undefined) return [];
  const { reached, untilMs, percent } = limit;
  const code = reached ? 'providers.limit.reached' : 'providers.limit.low';
  // The page says the time: the clock of the person is not always that of this machine.
  const { notice } = banner(`limit:${reached}:${untilMs}`, 'warning', { code, args: { percent: String(percent) } });
  return [{ notice: { ...notice, untilMs } }];
}
