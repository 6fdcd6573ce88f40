import { Link } from "react-router";
import { useAuth } from "../app/auth-context";
import { Page } from "../app/page";

export function AccountDeletedPage() {
  const { signupEnabled } = useAuth().settings;
  return (
    <Page title="Your account was deleted">
      <div className="card">
        <p>Nothing of it can be brought back.</p>
        {signupEnabled && (
          <p>
            <Link to="/signup">Make a new account</Link>
          </p>
        )}
      </div>
    </Page>
  );
}
