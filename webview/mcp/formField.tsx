// One field of the form: its label, its control, what helps to fill it in, and what is wrong with it.
import type { ComponentChildren } from 'preact';
import { Checkbox } from '../components.ts';

type Common = {
  /** Of the test id and of the element. */
  id: string;
  label: string;
  help?: ComponentChildren;
  fault: string | undefined;
};
type Text = Common & {
  value: string;
  example?: string;
  required?: boolean;
  /** A name, a number: not read as code. */
  plain?: boolean;
  onInput(value: string): void;
};

export function LineField(props: Text) {
  const { id, value, example, required = false, plain = false, onInput } = props;
  return (
    <Field {...props}>
      <input
        {...naming(props)}
        data-testid={`mcp-form-${id}`}
        class={plain ? undefined : 'mcp-form-code'}
        value={value}
        placeholder={example}
        aria-required={required}
        spellcheck={false}
        autocomplete="off"
        dir="ltr"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </Field>
  );
}

export function LinesField(props: Text) {
  const { id, value, example, onInput } = props;
  return (
    <Field {...props}>
      <textarea
        {...naming(props)}
        data-testid={`mcp-form-${id}`}
        class="mcp-form-code"
        value={value}
        placeholder={example}
        rows={2}
        spellcheck={false}
        dir="ltr"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </Field>
  );
}

export function ChoiceField<T extends string>(
  props: Common & { value: T; options: ReadonlyArray<{ value: T; label: string }>; onChange(value: T): void },
) {
  const { id, value, options, onChange } = props;
  return (
    <Field {...props}>
      <select
        {...naming(props)}
        data-testid={`mcp-form-${id}`}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((one) => one.value === currentTarget.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

export function FlagField(props: Common & { value: boolean; onChange(value: boolean): void }) {
  const { id, label, value, onChange } = props;
  return (
    <div class="mcp-form-field">
      <Checkbox
        id={`mcp-form-${id}`}
        data-testid={`mcp-form-${id}`}
        aria-describedby={describedBy(props)}
        checked={value}
        onChange={onChange}
      >
        {label}
      </Checkbox>
      <Notes {...props} />
    </div>
  );
}

function Field(props: Common & { children: ComponentChildren }) {
  return (
    <div class="mcp-form-field">
      <label for={`mcp-form-${props.id}`}>{props.label}</label>
      {props.children}
      <Notes {...props} />
    </div>
  );
}

function Notes({ id, help, fault }: Common) {
  return (
    <>
      {help !== undefined && (
        <p id={`mcp-form-${id}-help`} class="quiet">
          {help}
        </p>
      )}
      {fault !== undefined && (
        <p id={`mcp-form-${id}-fault`} class="field-fault">
          {fault}
        </p>
      )}
    </>
  );
}

function naming(props: Common) {
  return {
    id: `mcp-form-${props.id}`,
    'aria-invalid': props.fault !== undefined,
    'aria-describedby': describedBy(props),
  };
}

function describedBy({ id, help, fault }: Common): string | undefined {
  const notes = [
    ...(help === undefined ? [] : [`mcp-form-${id}-help`]),
    ...(fault === undefined ? [] : [`mcp-form-${id}-fault`]),
  ];
  return notes.length === 0 ? undefined : notes.join(' ');
}
