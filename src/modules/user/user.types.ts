import { registerEnumType } from "type-graphql";

export enum Role {
  USER = "USER",
  ADMIN = "ADMIN",
}

export enum UserStatus {
  ACTIVE = "ACTIVE",
  DISABLED = "DISABLED",
}

registerEnumType(Role, {
  name: "Role",
  description: "What a user may do.",
  valuesConfig: {
    USER: { description: "Sees and changes their own account." },
    ADMIN: { description: "Also administers the accounts of others." },
  },
});

registerEnumType(UserStatus, {
  name: "UserStatus",
  description: "Whether a user may log in.",
  valuesConfig: {
    ACTIVE: { description: "May log in." },
    DISABLED: { description: "Disabled by an administrator; all sessions and tokens stop working at once." },
  },
});
