import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import { UserView } from "../user/user.view.js";
import { SessionView } from "./session.view.js";

export enum TokenDelivery {
  BODY = "BODY",
  COOKIE = "COOKIE",
}

registerEnumType(TokenDelivery, {
  name: "TokenDelivery",
  description: "How the refresh token reaches the client.",
  valuesConfig: {
    BODY: { description: "In the answer. For mobile and server-side clients, which can keep it safe." },
    COOKIE: {
      description:
        "In a cookie that scripts cannot read, where `AuthSettings.cookieDeliveryEnabled` says so. For pages of the " +
        'server\'s own site, which ask with credentials (`credentials: "include"`).',
    },
  },
});

@ObjectType({ description: "A session is open: its tokens, and whose it is." })
export class AuthPayload {
  @Field({
    description: "Send it as `Authorization: Bearer …`. A JWT (RFC 9068) that other services verify too.",
  })
  readonly accessToken!: string;

  @Field(() => GraphQLDateTime, { description: "Refresh shortly before this time." })
  readonly accessTokenExpiresAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: "Good for one `refreshTokens`, which gives the next one. Null in cookie delivery.",
  })
  readonly refreshToken!: string | null;

  @Field(() => GraphQLDateTime, { description: "The session ends then, unless it is refreshed first." })
  readonly refreshTokenExpiresAt!: Date;

  @Field(() => UserView, { description: "Who is logged in now." })
  readonly user!: UserView;

  @Field(() => SessionView, { description: "The session that these tokens belong to." })
  readonly session!: SessionView;

  constructor(payload: AuthPayload) {
    Object.assign(this, payload);
  }
}
