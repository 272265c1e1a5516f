// The text in front of the first prompt: where the agent is, and what the memory files say.
import type { Because } from '../contracts/permission.ts';
import { gitSnapshot } from './gitSnapshot.ts';
import { loadMemory, type Memory, type MemoryOptions } from './memory.ts';

export type StartContextOptions = MemoryOptions & {
  workingDirectories: readonly string[];
  /** Before a folder is trusted no git runs in it. */
  trusted: boolean;
  includeGit: boolean;
  /** What the person set as the language of answers. */
  language?: string;
  platform: string;
  now: number;
};

/** Never rejects. */
export async function startContext(options: StartContextOptions): Promise<{ text: string; notices: Because[] }> {
  const [memory, git] = await Promise.all([
    loadMemory(options),
    options.trusted && options.includeGit ? gitSnapshot(options.root, options.env) : undefined,
  ]);
  const parts = [environment(options, git), ...sections(memory)];
  return { text: parts.join('\n\n'), notices: memory.notices };
}

function environment(options: StartContextOptions, git: string | undefined): string {
  const others = options.workingDirectories.filter((folder) => folder !== options.root);
  const lines = [
    `Project folder: ${options.root}`,
    ...(others.length > 0 ? [`Further folders: ${others.join(', ')}`] : []),
    `Platform: ${options.platform}`,
    `Date: ${localDate(options.now)}`,
    ...(options.trusted ? [] : ['The person has not trusted this folder: nothing can be run or changed, only read.']),
    ...(options.language ? [`Answer in this language: ${options.language}`] : []),
    ...(git === undefined ? [] : [`State of git when the conversation began (it is not kept up to date):\n${git}`]),
  ];
  return `<environment>\n${lines.join('\n')}\n</environment>`;
}

const ORIGIN = {
  managed: 'from the organisation',
  user: "the person's own, for all projects",
  project: 'of the project',
  local: "the person's own, for this project",
};

function sections(memory: Memory): string[] {
  return memory.files
    .filter((file) => file.text !== '')
    .map((file) => {
      const by = file.importedBy === undefined ? '' : `, imported by ${file.importedBy}`;
      return `<memory file="${file.path}" kind="${ORIGIN[file.scope]}${by}">\n${file.text}\n</memory>`;
    });
}

function localDate(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
