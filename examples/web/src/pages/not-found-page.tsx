import { Link } from "react-router";
import { Page } from "../app/page";

export function NotFoundPage() {
  return (
    <Page title="There is no such page">
      <p>
        <Link to="/">Go to the start</Link>
      </p>
    </Page>
  );
}
