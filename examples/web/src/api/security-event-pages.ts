import type { FieldPolicy } from "@apollo/client";
import type { MySecurityEventsQuery } from "../gql/graphql";

type Pages = NonNullable<MySecurityEventsQuery["me"]>["securityEvents"];

/** One list of all pages that were asked for: what comes `after` a page is put below it. */
export const securityEventPages: FieldPolicy<Pages> = {
  keyArgs: false,
  merge(known, page, { args }) {
    if (known === undefined || args?.after == null) return page;
    return { ...page, nodes: [...known.nodes, ...page.nodes] };
  },
};
