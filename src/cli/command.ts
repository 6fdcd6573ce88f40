import { parseArgs } from "node:util";
import type { Config } from "../config/config.js";
import { loadProcessConfig } from "../config/process-config.js";
import { StartError } from "../lib/start-error.js";

const USAGE_ERROR = 2;

export interface CommandOption {
  readonly type: "boolean" | "string";
  /** One line for `--help`. */
  readonly summary: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** What was given; an option that was not is undefined. */
export type OptionValues<Options extends CommandOptions> = {
  readonly [Name in keyof Options]?: Options[Name]["type"] extends "boolean" ? boolean : string;
};

/** A command of `npm run cli`: does its work on the database of the configuration, prints what it did, and ends. */
export interface Command<Options extends CommandOptions = CommandOptions> {
  /** One line for the list of commands. */
  readonly summary: string;
  /** By their long names: `now` is given as `--now`. */
  readonly options?: Options;
  /** @throws StartError for what an operator can mend, UsageError for what they have typed */
  run(config: Config, values: OptionValues<Options>): Promise<void>;
}

/** @param invocation what a person types to run it: "npm run cli -- prune" */
export async function runCommand(
  invocation: string,
  command: Command,
  args: readonly string[],
): Promise<void> {
  if (args.includes("--help")) return console.log(describeCommand(invocation, command));
  try {
    const values = parseOptions(args, command.options ?? {});
    await command.run(loadProcessConfig(), values);
  } catch (error) {
    // Never the error as a whole: a database driver hangs statements and rows on it.
    const { message, stack } = error as Error;
    if (error instanceof UsageError) console.error(`${message}. Try "${invocation} --help".`);
    else console.error(error instanceof StartError ? message : stack);
    process.exitCode = error instanceof UsageError ? USAGE_ERROR : 1;
  }
}

/** What is wrong with what was typed; it ends in exit code 2. A sentence without its full stop. */
export class UsageError extends Error {}

function parseOptions(args: readonly string[], options: CommandOptions): OptionValues<CommandOptions> {
  const types = Object.entries(options).map(([name, { type }]) => [name, { type }] as const);
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(types) })
      .values as OptionValues<CommandOptions>;
  } catch (error) {
    // Node goes on to explain its own ways in more sentences than an operator needs.
    throw new UsageError((error as Error).message.split(/\.\s|\n/)[0]?.replace(/\.$/, ""));
  }
}

function describeCommand(invocation: string, { summary, options = {} }: Command): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const form = option.type === "string" ? `--${name} <value>` : `--${name}`;
    return `  ${form.padEnd(20)}${option.summary}`;
  });
  const usage = `Usage: ${invocation}${lines.length > 0 ? " [options]" : ""}`;
  return [usage, "", summary, ...(lines.length > 0 ? ["", ...lines] : [])].join("\n");
}
