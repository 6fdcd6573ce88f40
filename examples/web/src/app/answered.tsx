import type { ReactNode } from "react";
import { troubleOf } from "../api/problem";
import { Waiting } from "./waiting";

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error?: unknown;
  readonly refetch: () => Promise<unknown>;
}

interface AnsweredProps<Data> {
  readonly query: Query<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** What a query has answered; until then, that it is under way, or what is wrong and a way to try again. */
export function Answered<Data>({ query, children }: AnsweredProps<Data>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  if (error === undefined) return <Waiting />;
  return (
    <div className="card">
      <p role="alert" className="problem">
        {troubleOf(error).message}
      </p>
      <button type="button" className="primary" onClick={() => void refetch().catch(() => {})}>
        Try again
      </button>
    </div>
  );
}
