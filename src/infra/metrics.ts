import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { FinishedRequest } from "../lib/request-report.js";

/** From a look-up in memory to what a client gives up on. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is read when somebody asks for the metrics, from whoever counts it. */
export interface MetricSources {
  readonly hashPool: { readonly running: number; readonly waiting: number; readonly shed: number };
  readonly sessions: { readonly refreshTokensReused: number };
  /** Null where no mail is sent. */
  readonly mails: { readonly counts: Readonly<Record<string, number>> } | null;
  /** Null where there is one connection and no pool. */
  readonly databaseConnections: DatabaseConnections | null;
}

type DatabaseConnections = () => { readonly active: number; readonly idle: number; readonly waiting: number };

/** What Prometheus reads at /metrics: the process's own figures and those of Latchkey. */
export class Metrics {
  readonly #registry = new Registry();
  readonly contentType = this.#registry.contentType;

  readonly #requests = new Counter({
    name: "latchkey_requests_total",
    help: "Requests by route, status and outcome (OK or an error code).",
    labelNames: ["route", "status", "outcome"],
    registers: [this.#registry],
  });
  readonly #operations = new Histogram({
    name: "latchkey_operation_duration_seconds",
    help: "Root fields that were run, by field and outcome (OK or an error code).",
    labelNames: ["operation", "outcome"],
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [this.#registry],
  });

  constructor(sources: MetricSources) {
    const { hashPool, sessions, mails, databaseConnections } = sources;
    collectDefaultMetrics({ register: this.#registry });
    this.#count(
      "latchkey_password_hashes_shed_total",
      "Requests refused because too many hashes waited.",
      () => hashPool.shed,
    );
    this.#count(
      "latchkey_refresh_tokens_reused_total",
      "Spent refresh tokens that came back and ended their session.",
      () => sessions.refreshTokensReused,
    );
    this.#gauge("latchkey_password_hashes", "Password hashes being computed and waiting.", () => ({
      running: hashPool.running,
      waiting: hashPool.waiting,
    }));
    if (mails !== null) this.#countMails(mails);
    if (databaseConnections !== null) this.#gaugeDatabase(databaseConnections);
  }

  #countMails(mails: NonNullable<MetricSources["mails"]>): void {
    new Counter({
      name: "latchkey_mails_total",
      help: "Mails sent, tries that failed, and mails that were given up.",
      labelNames: ["outcome"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(mails.counts)) this.inc({ outcome }, count);
      },
    });
  }

  #gaugeDatabase(read: DatabaseConnections): void {
    this.#gauge("latchkey_database_connections", "Connections to PostgreSQL.", () => {
      const { active, idle } = read();
      return { active, idle };
    });
    new Gauge({
      name: "latchkey_database_waiting",
      help: "Statements and transactions that wait for a connection to PostgreSQL.",
      registers: [this.#registry],
      collect() {
        this.set(read().waiting);
      },
    });
  }

  observe({ report, route, status }: FinishedRequest): void {
    this.#requests.inc({ route, status, outcome: report.outcome });
    for (const { operation, outcome, durationSeconds } of report.operations) {
      this.#operations.observe({ operation, outcome }, durationSeconds);
    }
  }

  print(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A figure that only grows, counted elsewhere. */
  #count(name: string, help: string, read: () => number): void {
    const registers = [this.#registry];
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  #gauge(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    const registers = [this.#registry];
    new Gauge({
      name,
      help,
      labelNames: ["state"],
      registers,
      collect() {
        for (const [state, value] of Object.entries(read())) this.set({ state }, value);
      },
    });
  }
}
