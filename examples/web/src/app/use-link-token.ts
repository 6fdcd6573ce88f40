import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";

/**
 * The token of a mail's link, "" without one. It goes out of the address, where it would be seen, copied, kept in the browser's
 * history and synchronised, and into the state of this entry, so that a reload finds it.
 */
export function useLinkToken(): string {
  const { pathname, search, state } = useLocation();
  const navigate = useNavigate();
  const given = new URLSearchParams(search).get("token");

  useEffect(() => {
    if (given !== null) void navigate(pathname, { replace: true, state: { token: given } });
  }, [given, navigate, pathname]);

  if (given !== null) return given;
  return typeof state?.token === "string" ? state.token : "";
}
