import type { FastifyInstance } from "fastify";
import Negotiator from "negotiator";
import type { Config } from "../config/config.js";
import { type Page, renderPage } from "./pages/page.html.js";
import { PAGE_POLICY } from "./pages/page.policy.js";
import type { Texts } from "./pages/page-texts.js";
import { DE } from "./pages/texts.de.js";
import { EN } from "./pages/texts.en.js";

type PageConfig = Pick<Config, "password" | "serviceName">;

/** The first is for everybody whose languages are not among them. */
const TEXTS: Readonly<Record<string, Texts>> = { en: EN, de: DE };

export const MUTATIONS = {
  verifyEmail: `mutation VerifyEmail($token: String!) {
  outcome: verifyEmail(token: $token) {
    __typename
    ... on EmailVerified { email }
    ... on InvalidToken { reason }
  }
}`,
  resetPassword: `mutation ResetPassword($token: String!, $newPassword: String!) {
  outcome: resetPassword(input: { token: $token, newPassword: $newPassword }) {
    __typename
    ... on InvalidToken { reason }
    ... on InvalidInput { fields { code message } }
  }
}`,
} as const;

/**
 * What the links in mails lead to where nobody has built a frontend yet. The pages are made once and the same for all:
 * whoever opens a link, a mail scanner or a preview, spends nothing; the page's button does.
 */
export function registerPageRoutes(http: FastifyInstance, config: PageConfig): void {
  const parts = { service: config.serviceName, limits: config.password };
  registerPage(http, "/verify-email", { ...parts, kind: "verifyEmail" });
  registerPage(http, "/reset-password", { ...parts, kind: "resetPassword" });
}

function registerPage(
  http: FastifyInstance,
  path: string,
  parts: Pick<Page, "kind" | "limits" | "service">,
): void {
  const mutation = MUTATIONS[parts.kind];
  const pages = new Map(
    Object.entries(TEXTS).map(([language, texts]) => [
      language,
      renderPage({ ...parts, mutation, language, texts }),
    ]),
  );
  const languages = [...pages.keys()];
  const [fallback = ""] = languages;
  http.get(path, (request, reply) => {
    const language = new Negotiator(request).language(languages) ?? fallback;
    void reply
      .type("text/html; charset=utf-8")
      .headers({ "content-security-policy": PAGE_POLICY, "content-language": language })
      .send(pages.get(language));
  });
}
