// Introduces the parts of one conversation to one another.
import { randomUUID } from 'node:crypto';
import { release } from 'node:os';
import path from 'node:path';
import { type AgentConversation, createConversation } from '../agent/conversation.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { FetchPage } from '../contracts/fetch.ts';
import type { Recorder } from '../contracts/journal.ts';
import type { Because, Mode, Rule } from '../contracts/permission.ts';
import type { Provider } from '../contracts/provider.ts';
import type { Settings } from '../contracts/settings.ts';
import type { Restored, TranscriptStore } from '../contracts/transcript.ts';
import { isDenied } from '../host/isDenied.ts';
import { startContext } from '../instructions/startContext.ts';
import type { OpenCalls } from '../mcp/interaction/openCalls.ts';
import type { ResourceWatch } from '../mcp/interaction/resourceWatch.ts';
import { createResultFolder } from '../mcp/tools/resultFolder.ts';
import { deniedForReading } from '../permissions/deniedForReading.ts';
import { deniedOutright } from '../permissions/deniedOutright.ts';
import { createJudge, type JudgeOptions } from '../permissions/judge.ts';
import type { ModelChoice } from '../providers/modelChoice.ts';
import { isEditorModel } from '../providers/routeProvider.ts';
import { rememberRules } from '../settings/remember.ts';
import type { ShellKind } from '../tools/findShell.ts';
import { createTools } from '../tools/index.ts';
import { estimateCost } from '../usage/cost.ts';
import type { FolderMeter } from '../usage/meter.ts';
import { addIgnoreLine } from './ignoreLines.ts';
import type { EditorTools } from './mcpEditorTools.ts';
import type { OpenedServers } from './mcpServers.ts';
import { resumedMode } from './modes.ts';
import type { ProjectParts, ProjectPlaces } from './projectParts.ts';
import { serversInConversation } from './serversInConversation.ts';

type Parts = Pick<ProjectParts, 'workspace' | 'edits' | 'ripgrep' | 'log'> & {
  places: ProjectPlaces;
  provider: Provider;
  /** The one in front of the provider. */
  meter: Pick<FolderMeter, 'turnEnded' | 'resumed'>;
  models: ModelChoice;
  fetchPage: FetchPage;
  transcripts: TranscriptStore;
  recorder?: Recorder;
  /** What the model of a conversation is to be told with its next request. */
  notes?(conversation: string): Promise<string[]>;
  env(): Record<string, string | undefined>;
  judgeOptions(sessionRules: readonly Rule[]): JudgeOptions;
  settings(): Settings;
  workingDirectories(): string[];
  /** What commands are written in on this machine. */
  shellKind: ShellKind;
  servers: Pick<OpenedServers, 'toolsFor' | 'ready' | 'all' | 'connections'>;
  /** Calls of servers that run, through which they ask. */
  serverCalls: OpenCalls;
  resourceWatch: ResourceWatch;
  /** Tools of other extensions. */
  editorTools: Pick<EditorTools, 'toolsFor'>;
  /** Rules were added to a settings file: they are accepted with that, and hold at once. */
  remembered(file: string, rules: readonly string[]): Promise<void>;
};

export async function startConversation(
  parts: Parts,
  start: { mode: Mode; model: string; warning?: Because },
  from?: Restored | { id: string },
): Promise<AgentConversation> {
  const { places, env, settings, log, models } = parts;
  const { root, home } = places;
  // Its rules are asked for once it is there; the judge needs them only then.
  let conversation: AgentConversation | undefined;
  const judgeOptions = () => parts.judgeOptions(conversation?.sessionRules() ?? []);
  const judge = createJudge(judgeOptions);
  const searchesWeb = () =>
    !isEditorModel(conversation?.state.model ?? start.model) && parts.provider.has?.('webSearch') === true;
  const tools = createTools({
    web: { fetchPage: parts.fetchPage, judge },
    ripgrep: parts.ripgrep,
    platform: process.platform,
    shell: parts.shellKind,
    deniedForReading: (paths, _context, searched) => {
      const { rules } = judgeOptions();
      const where = searched === undefined ? {} : { searched };
      return deniedForReading(paths, { root, rules, home, platform: process.platform, ...where });
    },
  });
  let transcript: string | undefined;
  const save = async (...result: Parameters<ReturnType<typeof createResultFolder>>) => {
    if (transcript === undefined)
      throw new Error('A result is too large to be shown, and there is no transcript to keep it beside');
    // Beside the transcript, in a folder of its name.
    return createResultFolder(path.join(transcript.replace(/\.jsonl$/, ''), 'tool-results'))(...result);
  };
  const serverTools = parts.servers.toolsFor({ save });
  const editorTools = parts.editorTools.toolsFor({ env, save });
  const served = serversInConversation({
    provider: ofSession(parts.provider, () => conversation?.id),
    servers: parts.servers,
    calls: parts.serverCalls,
    watch: parts.resourceWatch,
    offered: () => [...serverTools(), ...editorTools()],
    judge,
    denied: (tool) => deniedOutright(tool, judgeOptions().rules),
    env,
    window: (model) => models.info(model).contextWindow,
    save,
    history: from !== undefined && 'messages' in from ? from.messages : [],
  });
  conversation = createConversation(
    {
      provider: served.provider,
      tools: () =>
        [...tools, ...served.tools()].filter(
          ({ name }) => !deniedOutright(name, judgeOptions().rules) && (name !== 'WebSearch' || searchesWeb()),
        ),
      judge,
      remember: async ({ file, rules, scope }) => {
        if (file === undefined) return;
        // A person's own file may be a link to wherever they keep it; one of the repository may not lead out of it.
        const within = scope === 'user' ? undefined : path.dirname(path.dirname(file));
        await rememberRules({ file, rules, behavior: 'allow', ...(within === undefined ? {} : { within }) });
        await parts.remembered(file, rules);
      },
      ignore: addIgnoreLine,
      workspace: parts.workspace,
      edits: parts.edits,
      ...(parts.recorder === undefined ? {} : { recorder: parts.recorder }),
      notes: async (id) => [...((await parts.notes?.(id)) ?? []), ...served.notes()],
      openTranscript: async (id) => {
        const opened = await parts.transcripts.open(root, id);
        transcript = opened.file;
        return opened;
      },
      context: async () => {
        await parts.servers.ready();
        const { claudeMdExcludes, includeGitInstructions, language } = settings();
        const context = await startContext({
          ...places,
          excludes: claudeMdExcludes,
          env: env(),
          isDenied: (file) => isDenied(judge, file, root),
          workingDirectories: parts.workingDirectories(),
          trusted: judgeOptions().trusted,
          includeGit: includeGitInstructions,
          ...(language === undefined ? {} : { language }),
          platform: `${process.platform} ${release()}`,
          now: Date.now(),
        });
        // After the conversation was shortened nobody would tell it otherwise.
        return { ...context, text: [context.text, ...served.notes()].join('\n\n') };
      },
      resolveModel: (choice, mode) => models.resolve(choice, mode === 'plan'),
      modelInfo: models.info,
      fallbackModels: models.fallback,
      smallModel: models.small,
      estimateCost,
      env,
      workingDirectories: parts.workingDirectories,
      settings,
      newId: randomUUID,
      now: Date.now,
      log: (text) => log.error(text),
    },
    from !== undefined && 'messages' in from
      ? {
          root,
          ...(from.model === undefined ? start : models.resumed(from.model)),
          mode: resumedMode(from.mode, start.mode),
          restored: from,
        }
      : { root, ...start, ...from },
  );
  const { id } = conversation;
  if (from !== undefined && 'messages' in from) parts.meter.resumed(id, costOf(from.events));
  conversation.listen((event) => {
    if (event.type === 'finished') parts.meter.turnEnded(id);
    if (event.type === 'compacted') served.shortened();
  });
  return conversation;
}

/** Every request says whose it is: what it costs is counted for its conversation. */
function ofSession(provider: Provider, id: () => string | undefined): Provider {
  return {
    ...provider,
    stream: (request, signal) => {
      const session = request.session ?? id();
      return provider.stream(session === undefined ? request : { ...request, session }, signal);
    },
  };
}

/** What a stored conversation had cost, USD. */
function costOf(events: readonly AgentEvent[]): number {
  return events.reduce((sum, event) => sum + (event.type === 'usage' ? (event.costUsd ?? 0) : 0), 0);
}
