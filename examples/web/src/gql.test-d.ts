/**
 * What the types promise that `npm run codegen` makes of ../../operations. `npm run check` compiles this file and nothing runs it:
 * what is marked with @ts-expect-error has to be refused, all else has to be accepted.
 */
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import type * as gql from "./gql/graphql";
import type { LoginDocument, SignupDocument, UserDocument, VerifyEmailDocument } from "./gql/graphql";

type LoginResult = ResultOf<typeof LoginDocument>["login"];
type SignupResult = ResultOf<typeof SignupDocument>["signup"];

/** A result has to be looked at first; each member then has what was asked of it, and nothing else. */
export function afterLogin(result: LoginResult): string {
  // @ts-expect-error: the login may have failed
  void result.accessToken;
  if (result.__typename === "AuthPayload") {
    // @ts-expect-error: an AuthPayload is no error
    void result.code;
    // @ts-expect-error: with cookie delivery there is none
    void result.refreshToken.length;
    return result.accessToken;
  }
  // Whatever else it is, also in a later version: an expected error with a text for people.
  return result.message;
}

/** `__typename` tells errors apart, too, and knows which of them an operation has. */
export function explain(result: LoginResult): string {
  switch (result.__typename) {
    case "AuthPayload":
      return `You are in as ${result.user.id}.`;
    case "MfaRequired":
      return `Enter a code: ${result.methods.includes("TOTP") ? "of your app" : "one of your recovery codes"}.`;
    case "TooManyAttempts":
      return `Wait ${result.retryAfter.toFixed()} seconds.`;
    // @ts-expect-error: a login is never answered with this
    case "SignupDisabled":
      return "";
    default:
      return result.code === "INVALID_CREDENTIALS" ? "Try again." : result.message;
  }
}

export function wrongFields(result: SignupResult): readonly string[] {
  if (result.__typename !== "InvalidInput") return [];
  // @ts-expect-error: there is no such code
  void (result.fields[0]?.code === "TOO_LNG");
  return result.fields.filter(({ code }) => code === "TAKEN").map(({ field }) => field);
}

/** Variables are the schema's inputs: all that is required, nothing that is unknown. */
export const login: VariablesOf<typeof LoginDocument> = { input: { identifier: "ada", password: "…" } };
export const cookies: VariablesOf<typeof LoginDocument> = {
  input: { identifier: "ada", password: "…", tokenDelivery: "COOKIE", code: null },
};
// @ts-expect-error: the password is missing
export const unfinished: VariablesOf<typeof LoginDocument> = { input: { identifier: "ada" } };
// @ts-expect-error: it is called `identifier`
export const misspelt: VariablesOf<typeof LoginDocument> = { input: { email: "ada", password: "…" } };
// @ts-expect-error: ids are strings
export const numbered: VariablesOf<typeof UserDocument> = { id: 1 };
// @ts-expect-error: it has no such variable
export const wrong: VariablesOf<typeof VerifyEmailDocument> = { token: "…", code: "…" };

/** Nothing is `any`, at any depth of any answer or variable: `any` is all that another type could be wrong about. */
type Documents = (typeof gql)[keyof typeof gql];
type IsAny<Type> = 0 extends 1 & Type ? true : false;
type HasAny<Type> =
  IsAny<Type> extends true
    ? true
    : Type extends readonly (infer Element)[]
      ? HasAny<Element>
      : Type extends object
        ? { [Key in keyof Type]-?: HasAny<Type[Key]> }[keyof Type]
        : false;

type Expect<Answer extends false> = Answer;
type Any = ReturnType<typeof JSON.parse>;
export type NoAnswerHasAny = Expect<HasAny<ResultOf<Documents>>>;
export type NoVariableHasAny = Expect<HasAny<VariablesOf<Documents>>>;
// @ts-expect-error: it would be found
export type AnyIsFound = Expect<HasAny<{ readonly list: readonly { readonly deep: Any }[] }>>;
