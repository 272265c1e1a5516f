// One field of a form that a server asks for: its name and description are the server's words, the rest is ours.
import type { FormFault, FormField, FormOption, FormValue } from '../../src/util/elicitForm.ts';
import { Checkbox, Radio, RadioGroup } from '../components.ts';
import { t } from '../l10n.ts';
import { exampleOf, limitsOf, sayFault } from './elicitWords.ts';
import { Visible } from './visible.ts';

type FieldProps = {
  /** Of its elements. */
  id: string;
  field: FormField;
  value: FormValue;
  fault: FormFault | undefined;
  change: (value: FormValue) => void;
  send: () => void;
};

/** Of so many options a list is easier than buttons. */
const BUTTONS = 7;

export function ElicitField(props: FieldProps) {
  const { id, field, fault } = props;
  const { description = '', required, label } = field;
  const help = [description, limitsOf(field)].filter((part) => part !== '').join(' · ');
  const notes = [...(help === '' ? [] : [`${id}-help`]), ...(fault === undefined ? [] : [`${id}-fault`])].join(' ');
  const name = (
    <>
      <Visible text={label} />
      {required && <span aria-hidden="true"> *</span>}
    </>
  );
  const helpText = help !== '' && (
    <span id={`${id}-help`} class="quiet elicit-help" dir="auto">
      <Visible text={help} />
    </span>
  );
  const faultText = fault !== undefined && (
    <span id={`${id}-fault`} class="field-fault">
      {sayFault(fault)}
    </span>
  );
  const attributes = { class: 'choice elicit-field', 'data-testid': 'elicit-field', 'data-field': field.name };
  switch (field.kind) {
    case 'flag':
      return (
        <div {...attributes}>
          <Checkbox
            class="elicit-flag"
            checked={props.value === true}
            onChange={props.change}
            aria-label={nameOf(field)}
            aria-describedby={notes || undefined}
          >
            {name}
          </Checkbox>
          {helpText}
          {faultText}
        </div>
      );
    case 'many':
    case 'one':
      if (field.kind === 'many' || field.options.length <= BUTTONS)
        return (
          <fieldset {...attributes} aria-describedby={notes || undefined}>
            <legend dir="auto">{name}</legend>
            {helpText}
            {field.kind === 'many' ? (
              <Several {...props} options={field.options} />
            ) : (
              <Buttons {...props} options={field.options} />
            )}
            {faultText}
          </fieldset>
        );
      break;
  }
  return (
    <div {...attributes}>
      <label for={id} dir="auto">
        {name}
      </label>
      {helpText}
      {field.kind === 'one' ? (
        <List {...props} options={field.options} notes={notes} />
      ) : (
        <Line {...props} notes={notes} />
      )}
      {faultText}
    </div>
  );
}

type Chosen = FieldProps & { options: readonly FormOption[] };

function Buttons({ field, value, change, options }: Chosen) {
  return (
    <RadioGroup class="options" aria-label={nameOf(field)} value={String(value)} onChange={change}>
      {options.map((option) => (
        <Radio key={option.value} value={option.value}>
          <Visible text={option.label} />
        </Radio>
      ))}
    </RadioGroup>
  );
}

function Several({ value, change, options }: Chosen) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <div class={options.length > BUTTONS ? 'options options-many' : 'options'}>
      {options.map((option) => (
        <Checkbox
          key={option.value}
          checked={chosen.includes(option.value)}
          onChange={(on) => change(on ? [...chosen, option.value] : chosen.filter((one) => one !== option.value))}
        >
          <Visible text={option.label} />
        </Checkbox>
      ))}
    </div>
  );
}

function List({ id, field, value, fault, change, options, notes }: Chosen & { notes: string }) {
  return (
    <select
      id={id}
      class="elicit-list"
      aria-required={field.required}
      aria-invalid={fault !== undefined}
      aria-describedby={notes || undefined}
      value={String(value)}
      onChange={(event) => change(event.currentTarget.value)}
    >
      {(!field.required || value === '') && <option value="">{t('Choose…')}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function Line({ id, field, value, fault, change, send, notes }: FieldProps & { notes: string }) {
  return (
    <input
      id={id}
      class="elicit-line"
      dir="auto"
      autocomplete="off"
      inputMode={field.kind === 'number' ? (field.whole ? 'numeric' : 'decimal') : undefined}
      aria-required={field.required}
      aria-invalid={fault !== undefined}
      aria-describedby={notes || undefined}
      value={String(value)}
      placeholder={exampleOf(field)}
      onInput={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        // A key of an input method is not meant for the form.
        if (event.key === 'Enter' && !event.isComposing && event.keyCode !== 229) send();
      }}
    />
  );
}

function nameOf({ label, required }: FormField): string {
  return required ? t('{field}, required', { field: label }) : label;
}
