import type { Notice, PageData } from "./page-data.js";

/** What `outcome` of the mutation may be, as far as it is asked for. */
type Outcome =
  | { readonly __typename: "EmailVerified"; readonly email: string }
  | { readonly __typename: "PasswordChanged" }
  | { readonly __typename: "InvalidToken"; readonly reason: string }
  | {
      readonly __typename: "InvalidInput";
      readonly fields: readonly { readonly code: string; readonly message: string }[];
    };

interface Answer {
  readonly data?: { readonly outcome?: Outcome } | null;
  readonly errors?: readonly { readonly extensions?: { readonly retryAfter?: number } }[];
}

/** What this entry of the tab's history knows. It is not sent anywhere, and gone with the tab. */
interface PageState {
  readonly token?: string;
  readonly end?: Notice;
}

const TIMEOUT_MS = 30_000;

const data: PageData = JSON.parse(find("page-data", HTMLScriptElement).textContent);
const main = find("main", HTMLElement);
const heading = find("heading", HTMLElement);
const form = find("form", HTMLFormElement);
const button = find("button", HTMLButtonElement);
const message = find("message", HTMLElement);
const passwordField = document.getElementById("password") === null ? null : createPasswordField();

let isUnderWay = false;

open();

function open(): void {
  const { end, token } = readState();
  if (end !== undefined) conclude(end, "success");
  else if (token === undefined) conclude(data.incompleteLink, "refusal");
  else offer(token);
}

function offer(token: string): void {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(token);
  });
}

/**
 * Out of the address bar, where it would be seen, copied, kept in the browser's history and synchronised; into the
 * state of this entry, so that a reload finds it.
 */
function readState(): PageState {
  const url = new URL(location.href);
  const token = url.searchParams.get("token");
  if (token) {
    url.search = url.hash = "";
    history.replaceState({ token } satisfies PageState, "", url);
  }
  return (history.state as PageState | null) ?? {};
}

async function submit(token: string): Promise<void> {
  if (isUnderWay) return;
  const newPassword = passwordField?.read();
  if (newPassword === "") return passwordField?.complain(data.faults.REQUIRED ?? "");
  passwordField?.complain(null);
  setUnderWay(true);
  const response = await send({ token, newPassword }).catch(() => null);
  if (response === null) showProblem(data.problems.unreachable);
  // A proxy in between may have answered with a page of its own.
  else present(await response.json().catch(() => null));
}

function send(variables: Readonly<Record<string, string | undefined>>): Promise<Response> {
  // Relative: PUBLIC_URL may have a path that a proxy takes off. No mode: by the Fetch standard, under our referrer policy
  // any but the default would make the Origin "null".
  return fetch("graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ query: data.mutation, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

function present(answer: Answer | null): void {
  const outcome = answer?.data?.outcome;
  switch (outcome?.__typename) {
    case "EmailVerified":
      succeed(outcome.email);
      break;
    case "PasswordChanged":
      succeed("");
      break;
    case "InvalidToken":
      conclude(data.invalidToken[outcome.reason] ?? data.invalidToken.MALFORMED, "refusal");
      break;
    case "InvalidInput":
      setUnderWay(false);
      passwordField?.complain(
        outcome.fields.map((fault) => data.faults[fault.code] ?? fault.message).join(" "),
      );
      break;
    default:
      showProblem(describeError(answer?.errors?.[0]?.extensions?.retryAfter));
  }
}

function describeError(retryAfterSeconds: number | undefined): string {
  const { busy, failed } = data.problems;
  return retryAfterSeconds === undefined ? failed : busy.replace("{wait}", describeTime(retryAfterSeconds));
}

function succeed(email: string): void {
  // A function, since "$&" in an address would mean something in a text.
  const end = { ...data.success, text: data.success.text.replace("{email}", () => email) };
  // The token is spent. Who reloads sees again how it ended.
  history.replaceState({ end } satisfies PageState, "");
  form.reset();
  conclude(end, "success");
}

/** The end of the page. Focus would be lost with the button, and follows to what there is to read. */
function conclude(notice: Notice, state: "success" | "refusal"): void {
  const hadFocus = form.contains(document.activeElement);
  setUnderWay(false);
  main.dataset.state = state;
  find("lead", HTMLElement).hidden = true;
  form.hidden = true;
  heading.textContent = document.title = notice.heading;
  message.textContent = notice.text;
  if (hadFocus) message.focus();
}

/** What can be tried again: the button keeps the focus, and the message is read out as it comes. */
function showProblem(problem: string): void {
  setUnderWay(false);
  main.dataset.state = "problem";
  message.textContent = problem;
}

/** The button is not `disabled`: it would lose the focus, and whoever uses the keyboard their place. */
function setUnderWay(value: boolean): void {
  isUnderWay = value;
  button.ariaDisabled = button.ariaBusy = String(value);
  main.dataset.state = value ? "under-way" : "";
  message.textContent = value ? data.underWay : "";
}

interface PasswordField {
  /** Hides it, too: browsers keep for suggestions what was sent in plain sight. */
  read(): string;
  complain(fault: string | null): void;
}

function createPasswordField(): PasswordField {
  const input = find("password", HTMLInputElement);
  const toggle = find("show", HTMLInputElement);
  const fault = find("fault", HTMLElement);
  const apply = () => {
    input.type = toggle.checked ? "text" : "password";
  };
  toggle.addEventListener("change", apply);
  // Browsers bring the tick back after a reload.
  apply();
  return {
    read() {
      toggle.checked = false;
      apply();
      return input.value;
    },
    complain(text) {
      fault.textContent = text;
      input.ariaInvalid = String(text !== null);
      if (text !== null) input.focus();
    },
  };
}

/** Seconds in the words of the page's language. */
function describeTime(seconds: number): string {
  const [amount, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return new Intl.NumberFormat(data.language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`#${id} is missing`);
  return element;
}
