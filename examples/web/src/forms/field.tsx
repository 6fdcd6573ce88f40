import { type ComponentProps, type ReactNode, useId } from "react";
import { useFault } from "./faults";

interface FieldProps extends Omit<ComponentProps<"input">, "id"> {
  /** As the operation's input calls it: faults are shown by this name. */
  readonly name: string;
  readonly label: string;
  readonly hint?: ReactNode;
}

/** An input with its label, a hint, and what is wrong with it, in the order in which they are read. */
export function Field({ name, label, hint, ...input }: FieldProps) {
  const id = useId();
  const fault = useFault(name);
  const describedBy = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`].filter(
    Boolean,
  );
  return (
    <div className={input.type === "checkbox" ? "choice" : "field"}>
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      <input
        id={id}
        name={name}
        aria-invalid={fault !== undefined}
        aria-describedby={describedBy.join(" ") || undefined}
        {...input}
      />
      {fault !== undefined && (
        <p id={`${id}-fault`} className="fault">
          {fault}
        </p>
      )}
    </div>
  );
}
