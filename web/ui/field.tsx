import type { ComponentChildren, RefCallback, TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon";
import { words } from "./words";

interface LabelledProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  optional?: boolean;
}

interface FrameProps extends LabelledProps {
  id: string;
  counter?: ComponentChildren;
  children: ComponentChildren;
}

/** Label above, what is expected below it, the fault in words right at the field. */
function Frame({ id, label, hint, error, optional, counter, children }: FrameProps) {
  return (
    <div class="field" data-invalid={error ? "" : undefined}>
      <label class="field-label" for={id}>
        {label}
        {optional && <span class="field-optional"> {words().optional}</span>}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {counter}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="warning" />
          {error}
        </p>
      )}
    </div>
  );
}

const described = (id: string, parts: Record<string, unknown>) =>
  Object.keys(parts)
    .filter((part) => parts[part])
    .map((part) => `${id}-${part}`)
    .join(" ") || undefined;

export interface TextFieldProps extends LabelledProps {
  value: string;
  onInput: (value: string) => void;
  /** In characters as people count them (code points); said before typing and counted while typing. */
  limit?: number;
  counter?: boolean;
  /** Grows with its text. */
  multiline?: boolean;
  autoComplete?: string;
  name?: string;
  rows?: number;
  inputRef?: RefCallback<HTMLElement>;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, optional = false, value, onInput, limit, counter = false } = props;
  const id = useId();
  const used = Array.from(value).length;
  const over = limit !== undefined && used > limit;
  const shared = {
    id,
    value,
    name: props.name,
    autocomplete: props.autoComplete ?? "off",
    class: "field-input",
    ref: props.inputRef ?? null,
    onKeyDown: props.onKeyDown,
    "aria-invalid": error || over ? true : undefined,
    "aria-describedby": described(id, { hint, error, counter: counter && limit }),
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onInput(event.currentTarget.value),
  } as const;
  const count = counter && limit !== undefined && (
    <p class="field-counter numeric" id={`${id}-counter`} data-over={over ? "" : undefined}>
      {over ? words().tooLong(used - limit) : words().left(limit - used)}
    </p>
  );
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={optional} counter={count}>
      {props.multiline ? <textarea {...shared} rows={props.rows ?? 3} /> : <input {...shared} type="text" />}
    </Frame>
  );
}

export interface Option<Value extends string> {
  value: Value;
  label: string;
  detail?: string | undefined;
}

export interface SelectProps<Value extends string> extends LabelledProps {
  value: Value;
  options: readonly Option<Value>[];
  onChange: (value: Value) => void;
  disabled?: boolean;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, error, optional = false, value, options, onChange, disabled } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
      <span class="select">
        <select
          id={id}
          class="field-input"
          value={value}
          disabled={disabled}
          aria-invalid={error ? true : undefined}
          aria-describedby={described(id, { hint, error })}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron" />
      </span>
    </Frame>
  );
}

export interface ChoiceProps<Value extends string> {
  legend: string;
  name: string;
  value: Value | null;
  options: readonly Option<Value>[];
  onChange: (value: Value) => void;
  hideLegend?: boolean;
}

/** One of a few, all visible at once: radio buttons that look like chips. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <fieldset class="choice">
      <legend class={props.hideLegend ? "visually-hidden" : "field-label"}>{props.legend}</legend>
      <div class="choice-options">
        {props.options.map((option) => (
          <label key={option.value} class="chip">
            <input
              type="radio"
              name={props.name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <span class="chip-text">
              {option.label}
              {option.detail && <span class="chip-detail">{option.detail}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export interface ToggleProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, at once. */
export function Toggle({ label, checked, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
