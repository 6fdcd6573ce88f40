import { Field } from "./field";

interface EmailFieldProps {
  readonly name?: string;
  readonly label?: string;
}

export function EmailField({ name = "email", label = "Email address" }: EmailFieldProps) {
  return <Field name={name} label={label} type="email" autoComplete="email" required />;
}
