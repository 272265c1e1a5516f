// What goes with a prompt, as chips: files, folders, selections, pictures.
import type { Attachment } from '../../src/contracts/message.ts';
import { fileName, fromRoot } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot } from '../page.ts';
import { Icon, IconButton } from './icon.tsx';

export function AttachmentChips(props: { attachments: readonly Attachment[]; onRemove?: (index: number) => void }) {
  return (
    <ul class="chips" aria-label={t('Attachments')}>
      {props.attachments.map((attachment, i) => (
        <li class="chip" data-testid="attachment" key={`${i}:${nameOf(attachment, '')}`}>
          <Chip attachment={attachment} />
          {props.onRemove && (
            <IconButton
              icon="close"
              class="chip-remove"
              label={t('Remove {name}', { name: nameOf(attachment, '') })}
              onClick={() => props.onRemove?.(i)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Chip({ attachment }: { attachment: Attachment }) {
  const page = usePage();
  const root = useRoot();
  const name = nameOf(attachment, root);
  if (attachment.type === 'media') {
    const { media } = attachment;
    return (
      <>
        {media.type === 'image' ? (
          <img class="chip-picture" src={`data:${media.mediaType};base64,${media.data}`} alt="" />
        ) : (
          <Icon name="file-pdf" />
        )}
        <span class="chip-name">{name}</span>
      </>
    );
  }
  if (attachment.type === 'folder') {
    return (
      <>
        <Icon name="folder" />
        <span class="chip-name">{name}</span>
      </>
    );
  }
  if (attachment.type === 'resource') {
    return (
      <>
        <Icon name="server-process" />
        <span class="chip-name" title={name}>
          {name}
        </span>
      </>
    );
  }
  const line = attachment.lines?.[0];
  return (
    <button
      type="button"
      class="chip-open"
      title={attachment.path}
      onClick={() => page.post({ type: 'openFile', path: attachment.path, ...(line === undefined ? {} : { line }) })}
    >
      <Icon name={attachment.type === 'selection' ? 'list-selection' : 'file'} />
      <span class="chip-name">{name}</span>
    </button>
  );
}

function nameOf(attachment: Attachment, root: string): string {
  switch (attachment.type) {
    case 'media':
      return attachment.name;
    case 'resource':
      return `${attachment.server}:${attachment.uri}`;
    case 'folder':
      return `${fromRoot(attachment.path, root)}/`;
    case 'file':
    case 'selection':
      return fileName(attachment.path) + (attachment.lines ? `:${attachment.lines[0]}-${attachment.lines[1]}` : '');
  }
}
