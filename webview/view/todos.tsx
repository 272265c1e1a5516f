// The to-do list of the model, as it stands now.
import type { Todo } from '../../src/contracts/tool.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Icon } from './icon.tsx';

const ICONS: Readonly<Record<Todo['status'], string>> = {
  pending: 'circle-outline',
  in_progress: 'arrow-right',
  completed: 'pass',
};

export function Todos() {
  const todos = useSelect((state) => state.folded.todos);
  const running = useSelect((state) => state.conversation?.running ?? false);
  const open = usePage().kept.of('todos', true);
  if (!todos || todos.length === 0) return null;
  const done = todos.filter((todo) => todo.status === 'completed').length;
  if (done === todos.length && !running) return null;
  const current = todos.find((todo) => todo.status === 'in_progress');
  return (
    <div class="todos" data-testid="todo">
      <button
        type="button"
        class="fold todos-head"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name={open.value ? 'chevron-down' : 'chevron-right'} />
        <span>{t('To do')}</span>
        <span class="quiet">
          {t('{done} of {count}', { done, count: todos.length })}
          {!open.value && current ? ` · ${current.activeForm}` : ''}
        </span>
      </button>
      {open.value && (
        <ul>
          {todos.map((todo) => (
            <li key={todo.content} class={`todo-${todo.status}`} data-status={todo.status} dir="auto">
              <Icon name={ICONS[todo.status]} />
              <span>{todo.status === 'in_progress' ? todo.activeForm : todo.content}</span>
              <span class="hidden">{statusName(todo.status)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function statusName(status: Todo['status']): string {
  switch (status) {
    case 'pending':
      return t('open');
    case 'in_progress':
      return t('in progress');
    case 'completed':
      return t('done');
  }
}
