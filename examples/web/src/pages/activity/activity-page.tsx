import { useQuery } from "@apollo/client/react";
import { Answered } from "../../app/answered";
import { Page } from "../../app/page";
import { Time } from "../../app/time";
import { Form } from "../../forms/form";
import { type EventLineFragment, MySecurityEventsDocument } from "../../gql/graphql";
import { eventInWords } from "./event-words";

export function ActivityPage() {
  const query = useQuery(MySecurityEventsDocument);

  async function showOlder() {
    // The cache puts them below those that are there.
    await query.fetchMore({ variables: { after: query.data?.me?.securityEvents.pageInfo.endCursor } });
    return null;
  }

  return (
    <Page title="Activity">
      <p>What has happened to your account. Change your password where that was not you.</p>
      <Answered query={query}>
        {({ me }) =>
          me && (
            <>
              <ol className="card list">
                {me.securityEvents.nodes.map((event) => (
                  <Event key={event.id} event={event} />
                ))}
              </ol>
              {me.securityEvents.pageInfo.hasNextPage && (
                <Form button="Show older" look="quiet" submit={showOlder} />
              )}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function Event({ event }: { readonly event: EventLineFragment }) {
  return (
    <li>
      <strong>{eventInWords(event.type)}</strong>
      <p className="hint">
        <Time at={event.occurredAt} />
        {[event.device, event.ipAddress].filter((part) => part !== null).map((part) => `, ${part}`)}
      </p>
    </li>
  );
}
