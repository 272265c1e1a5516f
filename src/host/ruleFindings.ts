// Looks at the rules of a folder for the permissions page, once for each set of them: they change less often than what
// else is shown there.
import type { Finding } from '../contracts/finding.ts';
import type { Rule } from '../contracts/permission.ts';
import type { FindingRow } from '../permissionsProtocol.ts';
import { lintRows } from './permissionsState.ts';
import type { Project } from './project.ts';

export class RuleFindings {
  /** The rules that were looked at last. */
  #known: readonly Rule[] | undefined;
  /** The rules that are being looked at now. */
  #now: { rules: readonly Rule[]; stop: AbortController } | undefined;

  /** What is found about the rules of now; undefined when it was told already, or other rules came meanwhile. */
  async of(project: Project): Promise<FindingRow[] | undefined> {
    const { rules, problems } = project.settings();
    if (rules === this.#known) return undefined;
    const stop = new AbortController();
    this.#now = { rules, stop };
    let found: Finding[];
    try {
      found = await project.lint(stop.signal);
    } catch (error) {
      // Newer rules are looked at next.
      if (stop.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#now = undefined;
    }
    this.#known = rules;
    return lintRows(found, problems);
  }

  /** Looks no further at other rules than these. */
  keepTo(rules: readonly Rule[] | undefined): void {
    if (this.#now?.rules !== rules) this.#now?.stop.abort();
  }

  /** Tells all of it again the next time: the page, or the folder, is another. */
  forget(): void {
    this.#known = undefined;
  }
}
