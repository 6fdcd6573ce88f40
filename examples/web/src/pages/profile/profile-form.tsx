import { useAnnounce } from "../../app/status";
import { useMutate } from "../../app/use-mutate";
import { textOrNull } from "../../forms/entered";
import { Field } from "../../forms/field";
import { Form } from "../../forms/form";
import { type AccountFragment, MeDocument, UpdateProfileDocument } from "../../gql/graphql";

/** What people say about themselves. An empty field clears what was there. */
export function ProfileForm({ account }: { readonly account: AccountFragment }) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function save(entered: FormData) {
    const input = {
      username: textOrNull(entered, "username"),
      name: textOrNull(entered, "name"),
      picture: textOrNull(entered, "picture"),
      phoneNumber: textOrNull(entered, "phoneNumber"),
      gender: textOrNull(entered, "gender"),
      locale: textOrNull(entered, "locale"),
    };
    const { updateProfile } = await mutate(
      UpdateProfileDocument,
      { input },
      { refetchQueries: [MeDocument] },
    );
    if (updateProfile.__typename !== "User") return updateProfile;
    announce("Your profile was saved.");
    return null;
  }

  return (
    <section className="card" aria-labelledby="about">
      <h2 id="about">About you</h2>
      <Form button="Save" submit={save}>
        <Field
          name="username"
          label="Username"
          defaultValue={account.username ?? ""}
          hint="Another way to log in, besides the address."
          autoComplete="username"
          autoCapitalize="none"
        />
        <Field name="name" label="Full name" defaultValue={account.name ?? ""} autoComplete="name" />
        <Field
          name="picture"
          label="Address of a picture"
          type="url"
          defaultValue={account.picture ?? ""}
          autoComplete="photo"
        />
        <Field
          name="phoneNumber"
          label="Phone number"
          type="tel"
          defaultValue={account.phoneNumber ?? ""}
          autoComplete="tel"
        />
        <Field name="gender" label="Gender" defaultValue={account.gender ?? ""} autoComplete="sex" />
        <Field
          name="locale"
          label="Language of mails"
          hint="A tag such as en or de."
          defaultValue={account.locale ?? ""}
          autoComplete="language"
        />
      </Form>
    </section>
  );
}
