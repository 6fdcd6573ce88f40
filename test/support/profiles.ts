import type { TestApp } from "./test-app.js";

const PROFILE = "id username name picture phoneNumber gender locale updatedAt";

export const UPDATE_PROFILE = `
  mutation ($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename ... on User { ${PROFILE} }
      ... on AuthError { code message } ... on InvalidInput { fields { field code message } }
    }
  }`;

export async function updateProfile(app: TestApp, token: string, input: Readonly<Record<string, unknown>>) {
  return (await app.graphql(UPDATE_PROFILE, { variables: { input }, token })).body.data.updateProfile;
}

/** As the next request shows it. */
export async function readProfile(app: TestApp, token: string) {
  return (await app.graphql(`{ me { __typename ${PROFILE} } }`, { token })).body.data.me;
}
