// The conversation as the model sees it, free of any vendor's format.

export type Text = { type: 'text'; text: string };
/** `data` is base64; `mediaType` is a MIME type (`image/png`, `application/pdf`). */
export type Media = { type: 'image' | 'document'; mediaType: string; data: string };
export type Thinking = { type: 'thinking'; text: string; signature?: string };
/** Redacted thinking and server-tool blocks: kept and sent back unchanged. */
export type Opaque = { type: 'opaque'; raw: unknown };
/** `malformed` holds the raw text of an input that was not JSON; `input` is then `{}` and the call must not run. */
export type ToolCall = { type: 'toolUse'; id: string; name: string; input: unknown; malformed?: string };
export type ToolResult = { type: 'toolResult'; id: string; content: Array<Text | Media>; isError: boolean };

export type Block = Text | Thinking | Opaque | Media | ToolCall | ToolResult;
export type Message = { role: 'user' | 'assistant'; blocks: Block[] };

/** What a person put beside the text of a prompt. Paths are absolute; lines count from 1 and include both ends. */
export type Attachment =
  | { type: 'file'; path: string; lines?: [number, number] }
  | { type: 'folder'; path: string }
  | { type: 'selection'; path: string; lines: [number, number]; text: string }
  | { type: 'media'; name: string; media: Media }
  /** What a server offers under an address of its own; `server` is its name. */
  | { type: 'resource'; server: string; uri: string };

/** What a person sent: the text as typed and what was attached. `id` is a UUID. */
export type Prompt = {
  id: string;
  text: string;
  attachments: Attachment[];
  atMs: number;
  fromServer?: ServedPrompt;
};
/**
 * What a server made of the prompt of its own that a text names; the model reads it before the text. `asked`: arguments that
 * were not typed with it, as the person gave them when they were asked.
 */
export type ServedPrompt = {
  server: string;
  prompt: string;
  messages: ServerMessage[];
  asked?: Array<{ name: string; value: string }>;
};
export type ServerMessage = { role: 'user' | 'assistant'; blocks: Array<Text | Media> };
