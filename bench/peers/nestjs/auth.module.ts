import { Module } from "@nestjs/common";
import { JwtModule } from "@nestjs/jwt";
import { PassportModule } from "@nestjs/passport";
import { TypeOrmModule } from "@nestjs/typeorm";
import { ACCESS_TOKEN_SECONDS } from "../settings.js";
import { AuthResolver } from "./auth.resolver.js";
import { AuthService } from "./auth.service.js";
import { JwtStrategy } from "./jwt.strategy.js";
import { JWT_SECRET, jwtSecret } from "./jwt-secret.js";
import { Session } from "./session.entity.js";
import { User } from "./user.entity.js";
import { UsersService } from "./users.service.js";

@Module({
  imports: [
    TypeOrmModule.forFeature([User, Session]),
    PassportModule,
    JwtModule.register({ secret: jwtSecret, signOptions: { expiresIn: ACCESS_TOKEN_SECONDS } }),
  ],
  providers: [
    { provide: JWT_SECRET, useValue: jwtSecret },
    AuthService,
    AuthResolver,
    JwtStrategy,
    UsersService,
  ],
})
export class AuthModule {}
