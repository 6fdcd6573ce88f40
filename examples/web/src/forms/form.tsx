import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Problem, problemOf, troubleOf } from "../api/problem";
import { useAnnounce } from "../app/status";
import type { ProblemFragment } from "../gql/graphql";
import { Faults } from "./faults";

interface FormProps {
  /** What the button says. */
  readonly button: ReactNode;
  readonly look?: "primary" | "quiet" | "danger";
  /** Sends what was entered, and returns what it was refused for. What it throws is shown, too. */
  readonly submit: (entered: FormData) => Promise<ProblemFragment | null>;
  readonly children?: ReactNode;
}

/**
 * A form that sends one operation at a time and shows what came of it: faults at their fields, everything else above the
 * button. The focus goes to the first of these. The browser's own checks are off, as they go by other rules than the server's.
 */
export function Form({ button, look = "primary", submit, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const announce = useAnnounce();

  useEffect(() => {
    if (problem === null) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]")?.focus();
  }, [problem]);

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    announce("");
    setProblem(null);
    setBusy(true);
    const { currentTarget } = event;
    setProblem(emptyFieldsOf(currentTarget) ?? (await problemWith(submit, currentTarget)));
    setBusy(false);
  }

  return (
    <form ref={form} noValidate onSubmit={(event) => void send(event)}>
      <Faults value={problem?.fields ?? []}>{children}</Faults>
      {problem?.message && (
        <p role="alert" tabIndex={-1} className="problem">
          {problem.message}
        </p>
      )}
      <button type="submit" className={look} aria-busy={isBusy} aria-disabled={isBusy}>
        {button}
      </button>
    </form>
  );
}

/** What has to be filled in and is not needs no server to be refused. */
function emptyFieldsOf(form: HTMLFormElement): Problem | null {
  const inputs = [...form.elements].filter((element) => element instanceof HTMLInputElement);
  const fields = inputs
    .filter(({ validity }) => validity.valueMissing)
    .map(({ name, type }) => ({
      field: name,
      message: type === "checkbox" ? "Tick this to go on." : "Fill this in.",
    }));
  return fields.length === 0 ? null : { message: "", fields };
}

async function problemWith(submit: FormProps["submit"], form: HTMLFormElement): Promise<Problem | null> {
  try {
    const refusal = await submit(new FormData(form));
    return refusal === null ? null : placed(problemOf(refusal), form);
  } catch (error) {
    return troubleOf(error);
  }
}

/** Leaves to the fields of this form what is about them, and has the message say the rest. */
function placed({ message, fields }: Problem, form: HTMLFormElement): Problem {
  if (fields.length === 0) return { message, fields };
  const isHere = ({ field }: { readonly field: string }) => form.elements.namedItem(field) !== null;
  const others = fields.filter((fault) => !isHere(fault)).map((fault) => fault.message);
  return { message: others.join(" "), fields: fields.filter(isHere) };
}
