import { useAuth } from "../app/auth-context";
import { Field } from "./field";

interface PasswordFieldProps {
  readonly name: string;
  readonly label: string;
}

/** For the password that the account has. */
export function CurrentPasswordField({ name, label }: PasswordFieldProps) {
  return <Field name={name} label={label} type="password" autoComplete="current-password" required />;
}

/** For a password that is being chosen. */
export function NewPasswordField({ name, label }: PasswordFieldProps) {
  const { settings } = useAuth();
  const hint = `At least ${settings.passwordMinLength} characters. Several words in a row are easy to remember.`;
  return <Field name={name} label={label} hint={hint} type="password" autoComplete="new-password" required />;
}
