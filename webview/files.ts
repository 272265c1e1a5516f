// Pictures and files that are pasted, dropped or picked.
import type { Attachment } from '../src/contracts/message.ts';
import { bytes } from './format.ts';
import { t } from './l10n.ts';

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'];
const MAX_BYTES = 5 * 1024 * 1024;

/** `refused` says for each file that cannot be sent why, and what to do. */
export async function readPictures(files: readonly File[]): Promise<{ accepted: Attachment[]; refused: string[] }> {
  const accepted: Attachment[] = [];
  const refused: string[] = [];
  for (const file of files) {
    if (!PICTURE_TYPES.includes(file.type)) {
      refused.push(
        t('{name} cannot be attached: only PNG, JPEG, GIF, WebP and PDF. Mention other files with @.', {
          name: file.name,
        }),
      );
    } else if (file.size > MAX_BYTES) {
      refused.push(
        t('{name} is too large: {size}, and at most 5 MB can be sent.', { name: file.name, size: bytes(file.size) }),
      );
    } else {
      accepted.push({
        type: 'media',
        name: file.name.slice(0, 200) || t('picture'),
        media: {
          type: file.type === 'application/pdf' ? 'document' : 'image',
          mediaType: file.type,
          data: await base64(file),
        },
      });
    }
  }
  return { accepted, refused };
}

/** Files dragged from VS Code come as addresses, others as files. */
export function readDropped(data: DataTransfer): { files: File[]; attachments: Attachment[] } {
  const files = [...data.files];
  if (files.length > 0) return { files, attachments: [] };
  const list = data.getData('application/vnd.code.uri-list') || data.getData('text/uri-list');
  return { files, attachments: list.split(/\r?\n/).flatMap(attachmentOf) };
}

function attachmentOf(address: string): Attachment[] {
  const match = /^(?:file|vscode-remote):\/\/[^/]*(\/.+)$/.exec(address.trim());
  if (!match?.[1]) return [];
  try {
    const path = decodeURIComponent(match[1]);
    return [{ type: 'file', path: /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path }];
  } catch {
    // A stray percent sign: such an address names no file.
    return [];
  }
}

async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error(`${file.name} could not be read`));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}
