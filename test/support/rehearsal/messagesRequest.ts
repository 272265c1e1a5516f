// A Messages request as it arrives.

export type Fields = Record<string, unknown>;
export type MessagesRequest = {
  model: string;
  max_tokens: number;
  messages: Array<{ role: 'user' | 'assistant'; content: string | Fields[] }>;
  system?: string | Fields[];
  tools?: Fields[];
  thinking?: Fields;
  output_config?: Fields;
  tool_choice?: Fields;
  stream?: boolean;
};

export function textBlocks(content: string | Array<Record<string, unknown>>): Array<Record<string, unknown>> {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
