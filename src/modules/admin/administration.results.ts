import { createUnionType } from "type-graphql";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { UserView } from "../user/user.view.js";

export const UpdateUserResult = createUnionType({
  name: "UpdateUserResult",
  description: "The account as it is stored now, or what is wrong with the form.",
  types: () => [UserView, InvalidInput] as const,
});
