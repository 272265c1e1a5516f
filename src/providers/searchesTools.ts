// Which models find tools at the service by themselves.
import { knownModel } from './models.ts';

/** From the generation 4.5 on; of a model that nobody knows it is not assumed. */
export function searchesTools(model: string): boolean {
  const id = knownModel(model)?.id ?? '';
  const version = /^claude-[a-z]+-(\d+)(?:-(\d{1,2}))?(?!\d)/.exec(id);
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? 0)];
  return major > 4 || (major === 4 && minor >= 5);
}
