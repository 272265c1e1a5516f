// What the page of servers shows, made of what is known of them.
import type { ServerTool } from '../contracts/mcp.ts';
import type { EditorToolsState, McpState, ServerRow, ToolRow } from '../mcpProtocol.ts';
import { cutEnd } from '../util/truncate.ts';
import type { KnownServer, ProjectServers } from './mcpServers.ts';

/** Of a text of a server, and of its lists. */
const TEXT = 2048;
const LIST = 500;
const NAME = 200;

export function mcpState(
  servers: ProjectServers,
  place: { root: string; several: boolean; trusted: boolean },
): Omit<McpState, 'editorTools'> {
  const { fileOf } = servers;
  return {
    ...place,
    exclusive: servers.exclusive(),
    servers: servers.all().map(serverRow),
    problems: servers
      .problems()
      .map(({ file, line, because }) => ({ file, because, ...(line === undefined ? {} : { line }) })),
    files: { project: fileOf('project'), local: fileOf('local'), user: fileOf('user'), editor: fileOf('editor') },
  };
}

export function editorToolsShown(listed: EditorToolsState): EditorToolsState {
  const { tools, leftOut } = listed;
  return {
    ...listed,
    tools: tools.slice(0, LIST).map(({ rule, description, extension }) => ({
      rule,
      description: cutEnd(description, TEXT),
      extension: cutEnd(extension, NAME),
    })),
    leftOut: leftOut.slice(0, LIST),
  };
}

function serverRow(known: KnownServer): ServerRow {
  const { listed, state, info, catalog, before, toolNames } = known;
  const { name, scope, file, line, standing, warnings, entry } = listed;
  return {
    ...{ name, scope, file, standing, warnings },
    ...(line === undefined ? {} : { line }),
    ...(listed.standing === 'ready' ? {} : { because: listed.because }),
    ...(before === undefined ? {} : { before }),
    notices: known.notices,
    fields: known.fields,
    variables: known.variables,
    fingerprint: known.fingerprint,
    remote: 'url' in entry,
    signedIn: known.signedIn,
    ...(state === undefined ? {} : { state }),
    ...(info === undefined
      ? {}
      : {
          about: {
            name: cutEnd(info.name, NAME),
            version: cutEnd(info.version, 100),
            protocolVersion: info.protocolVersion,
            instructions: cutEnd(info.instructions ?? '', TEXT),
          },
        }),
    tools: catalog.tools.slice(0, LIST).map((tool) => toolRow(tool, toolNames[tool.name])),
    prompts: catalog.prompts
      .slice(0, LIST)
      .map(({ name, title, description }) => ({ name, description: cutEnd(description ?? title ?? '', TEXT) })),
    resources: [
      ...catalog.resources.map(({ uri, name, title }) => ({ uri, name: title ?? name ?? '' })),
      ...catalog.templates.map(({ uriTemplate, name, title }) => ({ uri: uriTemplate, name: title ?? name ?? '' })),
    ].slice(0, LIST),
  };
}

function toolRow(tool: ServerTool, rule: string | undefined): ToolRow {
  const { readOnlyHint, destructiveHint, openWorldHint } = tool.annotations ?? {};
  const hints: ToolRow['hints'] = [
    ...(readOnlyHint === true ? (['readOnly'] as const) : []),
    ...(destructiveHint === true ? (['destructive'] as const) : []),
    ...(openWorldHint === true ? (['openWorld'] as const) : []),
    ...(tool._meta?.['anthropic/requiresUserInteraction'] === true ? (['asks'] as const) : []),
  ];
  const description = cutEnd(tool.description ?? tool.title ?? '', TEXT);
  return { name: tool.name, description, hints, ...(rule === undefined ? {} : { rule }) };
}
