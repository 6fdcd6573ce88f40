import { Field, ID, ObjectType } from "@nestjs/graphql";
import { Column, CreateDateColumn, Entity, OneToMany, PrimaryGeneratedColumn } from "typeorm";
import { Session } from "./session.entity.js";

@ObjectType()
@Entity("users")
export class User {
  @Field(() => ID)
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Field()
  @Column({ unique: true })
  email!: string;

  @Column()
  passwordHash!: string;

  @Field()
  @CreateDateColumn()
  createdAt!: Date;

  @OneToMany(
    () => Session,
    (session) => session.user,
  )
  sessions!: Session[];
}
