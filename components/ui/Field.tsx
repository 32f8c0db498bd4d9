'use client';

import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { classNames } from './classNames';
import styles from './Field.module.css';

interface FieldProps {
  label: ReactNode;
  /** What to type, under the input. */
  hint?: ReactNode;
  /** What is wrong, in words; also marks the input invalid. */
  error?: ReactNode;
  /** Unit or sign at the right end of the input. */
  suffix?: ReactNode;
}

function useField(hint: ReactNode, error: ReactNode) {
  const id = useId();
  const describedBy =
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  return { id, describedBy };
}

function Frame({ id, label, hint, error, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="meta">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Labelled text input. */
export function Field({
  label,
  hint,
  error,
  suffix,
  className,
  ...input
}: FieldProps & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  const { id, describedBy } = useField(hint, error);
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <span className={styles.box}>
        <input
          id={id}
          className={classNames(styles.input, className)}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy}
          {...input}
        />
        {suffix && <span className={styles.suffix}>{suffix}</span>}
      </span>
    </Frame>
  );
}

/** Labelled choice from a list. */
export function SelectField({
  label,
  hint,
  error,
  children,
  className,
  ...select
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const { id, describedBy } = useField(hint, error);
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        className={classNames(styles.input, styles.select, className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy}
        {...select}
      >
        {children}
      </select>
    </Frame>
  );
}

/** Labelled longer text. */
export function TextField({
  label,
  hint,
  error,
  className,
  ...area
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const { id, describedBy } = useField(hint, error);
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        rows={3}
        className={classNames(styles.input, styles.area, className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy}
        {...area}
      />
    </Frame>
  );
}

/** A box to tick, with its words as the press target. */
export function CheckField({
  label,
  ...input
}: { label: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...input} />
      <span>{label}</span>
    </label>
  );
}
