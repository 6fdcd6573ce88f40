import { Field, ID, ObjectType } from "@nestjs/graphql";
import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  UpdateDateColumn,
} from "typeorm";
import { User } from "./user.entity.js";

@ObjectType()
@Entity("sessions")
export class Session {
  @Field(() => ID)
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Index()
  @ManyToOne(
    () => User,
    (user) => user.sessions,
    { nullable: false, onDelete: "CASCADE" },
  )
  user!: Relation<User>;

  /** SHA-256 of the refresh token. */
  @Column({ unique: true })
  tokenHash!: string;

  @Column()
  expiresAt!: Date;

  @Field()
  @CreateDateColumn()
  createdAt!: Date;

  @Field()
  @UpdateDateColumn()
  lastUsedAt!: Date;
}
