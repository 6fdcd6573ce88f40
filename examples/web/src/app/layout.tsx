import { Link, NavLink, Outlet } from "react-router";
import { useAuth, useAuthState } from "./auth-context";
import { WithStatus } from "./status";

const PAGES = [
  ["/", "Profile"],
  ["/password", "Password"],
  ["/second-factor", "Second factor"],
  ["/passkeys", "Passkeys"],
  ["/sessions", "Sessions"],
  ["/activity", "Activity"],
] as const;

export function Layout() {
  const { status } = useAuthState();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <Link to="/" className="brand">
          Latchkey example
        </Link>
        {status === "signed-in" && (
          <>
            <Navigation />
            <LogOut />
          </>
        )}
      </header>
      <main id="main">
        <WithStatus>
          <Outlet />
        </WithStatus>
      </main>
    </>
  );
}

function Navigation() {
  return (
    <nav aria-label="Account">
      {PAGES.map(([path, name]) => (
        <NavLink key={path} to={path} end>
          {name}
        </NavLink>
      ))}
    </nav>
  );
}

function LogOut() {
  const { session } = useAuth();
  return (
    <button type="button" onClick={() => void session.logout()}>
      Log out
    </button>
  );
}
