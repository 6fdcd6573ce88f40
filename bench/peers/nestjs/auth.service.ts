import { createHash, randomBytes } from "node:crypto";
import { ConflictException, Injectable, UnauthorizedException } from "@nestjs/common";
import { JwtService } from "@nestjs/jwt";
import { InjectRepository } from "@nestjs/typeorm";
import { MoreThan, Repository } from "typeorm";
import { chosenArgon2 } from "../argon2.js";
import { SESSION_MS } from "../settings.js";
import { AuthPayload, LoginInput, SignupInput } from "./auth.types.js";
import { Session } from "./session.entity.js";
import { User } from "./user.entity.js";
import { UsersService } from "./users.service.js";

@Injectable()
export class AuthService {
  constructor(
    private readonly usersService: UsersService,
    private readonly jwtService: JwtService,
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
  ) {}

  async signup({ email, password }: SignupInput): Promise<AuthPayload> {
    if ((await this.usersService.findByEmail(email)) !== null) throw new ConflictException("Email is taken");
    const user = await this.usersService.create(email, await chosenArgon2.hash(password));
    return this.issueTokens(this.sessions.create({ user }));
  }

  async login({ email, password }: LoginInput): Promise<AuthPayload> {
    const user = await this.usersService.findByEmail(email);
    if (user === null || !(await chosenArgon2.verify(user.passwordHash, password))) {
      throw new UnauthorizedException("Invalid credentials");
    }
    return this.issueTokens(this.sessions.create({ user }));
  }

  async refreshTokens(refreshToken: string): Promise<AuthPayload> {
    const session = await this.sessions.findOne({
      where: { tokenHash: hashToken(refreshToken), expiresAt: MoreThan(new Date()) },
      relations: { user: true },
    });
    if (session === null) throw new UnauthorizedException("Invalid refresh token");
    return this.issueTokens(session);
  }

  findSessions(user: User): Promise<Session[]> {
    return this.sessions.findBy({ user: { id: user.id }, expiresAt: MoreThan(new Date()) });
  }

  private async issueTokens(session: Session): Promise<AuthPayload> {
    const { user } = session;
    const refreshToken = randomBytes(32).toString("base64url");
    session.tokenHash = hashToken(refreshToken);
    session.expiresAt = new Date(Date.now() + SESSION_MS);
    await this.sessions.save(session);
    return { accessToken: await this.jwtService.signAsync({ sub: user.id }), refreshToken, user };
  }
}

export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");
