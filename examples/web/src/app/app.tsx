import { ApolloProvider } from "@apollo/client/react";
import { useState } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { createClient } from "../api/apollo";
import type { Auth } from "../api/auth";
import { AccountDeletedPage } from "../pages/account-deleted-page";
import { ActivityPage } from "../pages/activity/activity-page";
import { ChangeEmailPage } from "../pages/change-email-page";
import { DeleteAccountPage } from "../pages/delete-account-page";
import { ForgotPasswordPage } from "../pages/forgot-password-page";
import { LoginPage } from "../pages/login/login-page";
import { NotFoundPage } from "../pages/not-found-page";
import { PasskeysPage } from "../pages/passkeys/passkeys-page";
import { PasswordPage } from "../pages/password/password-page";
import { ProfilePage } from "../pages/profile/profile-page";
import { ResendVerificationPage } from "../pages/resend-verification-page";
import { ResetPasswordPage } from "../pages/reset-password-page";
import { SecondFactorPage } from "../pages/second-factor/second-factor-page";
import { SessionsPage } from "../pages/sessions-page";
import { SignupPage } from "../pages/signup-page";
import { VerifyEmailPage } from "../pages/verify-email-page";
import { Reauthentication } from "../reauthentication/reauthentication";
import { ReauthenticationContext } from "../reauthentication/reauthentication-context";
import { AuthContext, useAuth, useAuthState } from "./auth-context";
import { SignedInOnly, SignedOutOnly } from "./guards";
import { Layout } from "./layout";
import { Waiting } from "./waiting";

export function App({ auth }: { readonly auth: Auth }) {
  return (
    <AuthContext value={auth}>
      {/* A transition would be overtaken by the end of a session, and a guard then sees the page from before. */}
      <BrowserRouter useTransitions={false}>
        <OfSession />
      </BrowserRouter>
    </AuthContext>
  );
}

/** Another session is another key: nothing on the page and nothing in the cache outlives the one before. */
function OfSession() {
  const state = useAuthState();
  if (state.status === "unknown") return <Waiting />;
  return <WithClient key={state.status === "signed-in" ? state.sessionId : "nobody"} />;
}

function WithClient() {
  const { session } = useAuth();
  const [reauthentication] = useState(() => new Reauthentication());
  const [client] = useState(() => createClient(session, reauthentication));
  return (
    <ReauthenticationContext value={reauthentication}>
      <ApolloProvider client={client}>
        <Pages />
      </ApolloProvider>
    </ReauthenticationContext>
  );
}

function Pages() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route element={<SignedInOnly />}>
          <Route path="/" element={<ProfilePage />} />
          <Route path="/change-email" element={<ChangeEmailPage />} />
          <Route path="/password" element={<PasswordPage />} />
          <Route path="/second-factor" element={<SecondFactorPage />} />
          <Route path="/passkeys" element={<PasskeysPage />} />
          <Route path="/sessions" element={<SessionsPage />} />
          <Route path="/activity" element={<ActivityPage />} />
          <Route path="/delete-account" element={<DeleteAccountPage />} />
        </Route>
        <Route element={<SignedOutOnly />}>
          <Route path="/login" element={<LoginPage />} />
          <Route path="/signup" element={<SignupPage />} />
          <Route path="/forgot-password" element={<ForgotPasswordPage />} />
        </Route>
        <Route path="/verify-email" element={<VerifyEmailPage />} />
        <Route path="/resend-verification" element={<ResendVerificationPage />} />
        <Route path="/reset-password" element={<ResetPasswordPage />} />
        <Route path="/account-deleted" element={<AccountDeletedPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
