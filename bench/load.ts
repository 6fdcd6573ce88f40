import autocannon from "autocannon";
import { percentile } from "../test/faults/figures.js";
import type { ClientAnswer, ClientRequest } from "./candidates/candidate.js";
import { findFault } from "./exchange.js";
import { becomeQuiet, readCpuMicros } from "./process-usage.js";
import type { Figures } from "./series.js";

export const CONNECTIONS = 50;
/** For what waits for hashes: more than are computed at once anywhere, so that somebody always waits, but not for long. */
export const HASH_CONNECTIONS = 16;
/** Of one request, in seconds. */
const PATIENCE = 30;
/**
 * What goes before, in seconds, and is not counted: in the turns of the others V8 gives memory back, and is slow until it has
 * it again.
 */
const LEAD = 1;

/** What one connection asks, request after request, each when the one before is answered. */
export interface Talk {
  next(): ClientRequest;
  /** Is given each answer that is as expected. */
  take?(answer: ClientAnswer): void;
}

/** The same requests over and over: made into bytes once, so that the load generator has less to do. */
export type Repetition = readonly ClientRequest[];

export interface Load {
  readonly url: string;
  readonly seconds: number;
  readonly connections?: number;
  /** Whether this process looks for answers without pause: waking it would cost the server's core. Takes a core of its own. */
  readonly staysAwake?: boolean;
  /** Called when the counting begins. */
  readonly onStart?: () => void;
  /** What the connection of that number, from 0 on, asks. */
  ask(connection: number): Talk | Repetition;
}

export interface LoadFigures {
  readonly rate: number;
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Load from so many connections for so many seconds.
 *
 * @throws when any answer is not what was asked for: a fast refusal is no figure
 */
export async function applyLoad({
  url,
  seconds,
  connections = CONNECTIONS,
  staysAwake = false,
  onStart = () => {},
  ask,
}: Load): Promise<LoadFigures> {
  const faults: string[] = [];
  const times: number[] = [];
  let connection = 0;
  let startedAt = Number.POSITIVE_INFINITY;
  const lead = setTimeout(() => {
    startedAt = performance.now();
    onStart();
  }, LEAD * 1000);
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const options: autocannon.Options = {
    url,
    connections,
    duration: LEAD + seconds,
    timeout: PATIENCE,
    // When the end is looked for, in milliseconds.
    sampleInt: 100,
    setupClient(client) {
      const asked = ask(connection);
      connection += 1;
      client.setRequests("next" in asked ? [talking(asked, faults)] : repeating(asked, faults));
    },
  };
  const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
  run.on("response", (_client, _status, _bytes, ms) => {
    if (performance.now() >= startedAt) times.push(ms);
    // There is no sense in going on.
    if (faults.length > 0) run.stop();
  });
  const letSleep = staysAwake ? stayAwake() : () => {};
  const { errors, timeouts } = await promise.finally(letSleep);
  clearTimeout(lead);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  if (faults[0] !== undefined) throw new Error(faults[0]);
  if (errors + timeouts > 0)
    throw new Error(`${errors} connections broke and ${timeouts} answers did not come`);
  if (times.length === 0) throw new Error(`There was no answer within ${seconds} s`);
  return {
    rate: times.length / elapsedSeconds,
    answers: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

/** Turns of the event loop that wait for nothing, until the function it returns is called. */
function stayAwake(): () => void {
  let isOver = false;
  const turn = (): void => {
    if (!isOver) setImmediate(turn);
  };
  turn();
  return () => {
    isOver = true;
  };
}

/** The same, with what it costs the server's process; that one is quiet again afterwards. */
export async function measureLoad(pid: number, load: Load): Promise<Figures> {
  let before: number | undefined;
  let startedAt = 0;
  const onStart = (): void => {
    before = readCpuMicros(pid);
    startedAt = performance.now();
  };
  const { rate, answers, p50, p99 } = await applyLoad({ ...load, onStart });
  const elapsedMicros = (performance.now() - startedAt) * 1000;
  const after = readCpuMicros(pid);
  await becomeQuiet(pid);
  if (before === undefined || after === undefined) return { rate, p50, p99 };
  const used = after - before;
  return { rate, serverMicros: used / answers, busyPercent: (used / elapsedMicros) * 100, p50, p99 };
}

const repeating = (requests: Repetition, faults: string[]): autocannon.Request[] =>
  requests.map((request) => ({
    ...toRequest(request),
    onResponse(status: number, body: string) {
      const fault = findFault(request, { status, body });
      if (fault !== undefined) faults.push(fault);
    },
  }));

function talking(talk: Talk, faults: string[]): autocannon.Request {
  let request = talk.next();
  return {
    // What is given has the address in it.
    setupRequest: (given) => ({ ...given, ...toRequest(request) }),
    onResponse(status, body, _context, headers = {}) {
      const fault = findFault(request, { status, body });
      if (fault !== undefined) faults.push(fault);
      if (faults.length > 0) return;
      try {
        talk.take?.({ status, body, headers: inLowerCase(headers) });
        request = talk.next();
      } catch (error) {
        // Thrown to the socket it would end this process.
        faults.push(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

const toRequest = ({ method, path, headers, body }: ClientRequest): autocannon.Request => ({
  method,
  path,
  headers: { ...headers },
  ...(body !== undefined && { body }),
});

const inLowerCase = (headers: ClientAnswer["headers"]): ClientAnswer["headers"] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
