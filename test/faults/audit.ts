import type { Report } from "./figures.js";
import type { GoodClient } from "./good-client.js";
import type { Ledger, Person } from "./ledger.js";

const AT_ONCE = 16;

/**
 * Holds the ledger against a healthy server. Everybody who signed up logs in, what is live goes on, what was ended
 * stays dead. An error is a fault as well here: nothing disturbs the server any more.
 */
export async function audit(goodClient: GoodClient, people: readonly Person[]): Promise<void> {
  const queue = [...people];
  const auditors = Array.from({ length: AT_ONCE }, async () => {
    for (let person = queue.pop(); person !== undefined; person = queue.pop())
      await auditPerson(goodClient, person);
  });
  await Promise.all(auditors);
}

async function auditPerson(goodClient: GoodClient, person: Person): Promise<void> {
  const demand = (operation: string, error: string | undefined): void => {
    if (error === undefined) return;
    goodClient.ledger.breach("unexpected answer", `${operation}: ${error} from an undisturbed server`);
  };
  if (person.exists === "yes") demand("login", await goodClient.logIn(person));
  for (const session of person.sessions) {
    if (session.state === "ending") demand("logout", await goodClient.logOut(session));
    demand("me", await goodClient.askMe(session));
    demand("refresh", await goodClient.refresh(session));
  }
}

/** The promises that every program makes about what was acknowledged. */
export function checkLedger(ledger: Ledger, report: Report): void {
  const { acknowledged } = ledger;
  report.figure("acknowledged", acknowledged);
  report.figure("errors and lost answers by code", ledger.errors);
  const [ended, live] = [ledger.countSessions("ended"), ledger.countSessions("live")];
  const enough = acknowledged.of("signup") > 0 && acknowledged.of("refresh") > 0 && ended > 0 && live > 0;
  report.check("there was traffic of every kind", enough, acknowledged.total);
  report.checkNone("acknowledged signups lost", ledger.breaches("signup lost"), ` of ${ledger.signups}`);
  report.checkNone("live sessions lost", ledger.breaches("session lost"), ` of ${live}`);
  report.checkNone("acknowledged endings undone", ledger.breaches("ending undone"), ` of ${ended}`);
  report.checkNone("answers nobody should get", ledger.breaches("unexpected answer"));
}

/** What a disturbed server may say: nothing but that, or nothing at all. */
export function checkErrors(ledger: Ledger, report: Report, allowed: RegExp): void {
  const others = ledger.errors.names.filter((code) => !allowed.test(code));
  report.checkNone(
    "errors of another kind",
    others.map((code) => `${code} ${ledger.errors.of(code)}`),
  );
}
