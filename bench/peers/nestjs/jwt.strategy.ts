import { Inject, Injectable, UnauthorizedException } from "@nestjs/common";
import { PassportStrategy } from "@nestjs/passport";
import { ExtractJwt, Strategy } from "passport-jwt";
import { JWT_SECRET } from "./jwt-secret.js";
import { User } from "./user.entity.js";
import { UsersService } from "./users.service.js";

export interface JwtPayload {
  readonly sub: string;
}

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    @Inject(JWT_SECRET) secret: string,
    private readonly usersService: UsersService,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      ignoreExpiration: false,
      secretOrKey: secret,
    });
  }

  /** What it returns is `request.user`. */
  async validate({ sub }: JwtPayload): Promise<User> {
    const user = await this.usersService.findById(sub);
    if (user === null) throw new UnauthorizedException();
    return user;
  }
}
