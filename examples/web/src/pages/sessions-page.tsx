import { useQuery } from "@apollo/client/react";
import { Answered } from "../app/answered";
import { Page } from "../app/page";
import { useAnnounce } from "../app/status";
import { Time } from "../app/time";
import { useMutate } from "../app/use-mutate";
import { Form } from "../forms/form";
import {
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  type SessionLineFragment,
  SessionsDocument,
} from "../gql/graphql";

const AND_LIST_AGAIN = { refetchQueries: [SessionsDocument] };

export function SessionsPage() {
  const query = useQuery(SessionsDocument);
  return (
    <Page title="Sessions">
      <p>Where you are logged in. End what you do not know, and change your password.</p>
      <Answered query={query}>{({ me }) => <Sessions sessions={me?.sessions ?? []} />}</Answered>
    </Page>
  );
}

function Sessions({ sessions }: { readonly sessions: readonly SessionLineFragment[] }) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function endOthers() {
    const { revokeOtherSessions } = await mutate(RevokeOtherSessionsDocument, {}, AND_LIST_AGAIN);
    announce(`Sessions ended: ${revokeOtherSessions}.`);
    return null;
  }

  return (
    <>
      <ul className="card list">
        {sessions.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </ul>
      {sessions.length > 1 && <Form button="End all other sessions" look="danger" submit={endOthers} />}
    </>
  );
}

function Session({ session }: { readonly session: SessionLineFragment }) {
  const mutate = useMutate();
  const announce = useAnnounce();
  const device = session.device ?? "Unknown device";

  async function end() {
    await mutate(RevokeSessionDocument, { id: session.id }, AND_LIST_AGAIN);
    announce(`The session was ended: ${device}.`);
    return null;
  }

  return (
    <li>
      <h2>{device}</h2>
      <p className="hint">
        {session.ipAddress}, last used <Time at={session.lastUsedAt} />
      </p>
      {session.isCurrent ? (
        <p>This is where you are now.</p>
      ) : (
        <Form button="End this session" look="quiet" submit={end} />
      )}
    </li>
  );
}
