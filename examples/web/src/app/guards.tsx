import { Navigate, Outlet, useLocation } from "react-router";
import { ReauthenticationDialog } from "../reauthentication/reauthentication-dialog";
import { useAuthState } from "./auth-context";

/** Around pages of an account: whoever is not signed in goes by the login page, and comes back. */
export function SignedInOnly() {
  const { status } = useAuthState();
  const { pathname } = useLocation();
  if (status !== "signed-in") return <Navigate to="/login" state={{ from: pathname }} replace />;
  return (
    <>
      <Outlet />
      <ReauthenticationDialog />
    </>
  );
}

/** Around pages that lead into an account: whoever is signed in goes on to where they wanted to go. */
export function SignedOutOnly() {
  const { status } = useAuthState();
  const { state } = useLocation();
  if (status === "signed-in")
    return <Navigate to={typeof state?.from === "string" ? state.from : "/"} replace />;
  return <Outlet />;
}
