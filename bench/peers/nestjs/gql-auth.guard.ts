import { createParamDecorator, type ExecutionContext, Injectable } from "@nestjs/common";
import { GqlExecutionContext } from "@nestjs/graphql";
import { AuthGuard } from "@nestjs/passport";

const requestOf = (context: ExecutionContext) => GqlExecutionContext.create(context).getContext().req;

@Injectable()
export class GqlAuthGuard extends AuthGuard("jwt") {
  override getRequest(context: ExecutionContext) {
    return requestOf(context);
  }
}

/** Whom the guard has let in. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => requestOf(context).user,
);
