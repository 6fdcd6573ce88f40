import { type ReactNode, useState } from "react";
import { Page } from "../app/page";
import { EmailField } from "../forms/email-field";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";

interface MailRequestProps {
  readonly title: string;
  readonly button: string;
  readonly request: (email: string) => Promise<unknown>;
  /** What is said of the address then. The server tells nobody whether it has an account. */
  readonly requested: (email: string) => ReactNode;
  /** Where else to go. */
  readonly children?: ReactNode;
}

/** A page that has a mail sent to an address. */
export function MailRequest({ title, button, request, requested, children }: MailRequestProps) {
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function submit(entered: FormData) {
    const email = textOf(entered, "email");
    await request(email);
    setMailedTo(email);
    return null;
  }

  if (mailedTo !== null) {
    return (
      <Page title="Check your mail">
        <div className="card">
          <p>{requested(mailedTo)}</p>
        </div>
        {children}
      </Page>
    );
  }
  return (
    <Page title={title}>
      <div className="card">
        <Form button={button} submit={submit}>
          <EmailField />
        </Form>
      </div>
      {children}
    </Page>
  );
}
