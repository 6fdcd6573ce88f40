import type { ApolloServerOptions } from "@apollo/server";
import type { DocumentNode } from "graphql";
import type { RequestContext } from "../context.js";

type ApolloDocumentStore = NonNullable<ApolloServerOptions<RequestContext>["documentStore"]>;

/** Many times what one client's operations are. */
const MAX_STORED_CHARACTERS = 256 * 1024;
/** Beyond it a document is parsed anew each time. */
const MAX_DOCUMENT_CHARACTERS = 16 * 1024;

/**
 * Documents that were parsed and found valid, so that the next request with the same one need not be.
 *
 * Measured by their text. A parsed document keeps it, and a token for each comment: up to a hundred bytes a character,
 * none of which shows in the size of its JSON, by which Apollo Server's own store measures. Anybody could fill the
 * memory with it.
 */
export class DocumentStore implements ApolloDocumentStore {
  readonly #documents = new Map<string, DocumentNode>();
  #characters = 0;

  get characters(): number {
    return this.#characters;
  }

  async get(key: string): Promise<DocumentNode | undefined> {
    const document = this.#documents.get(key);
    if (document !== undefined) {
      // To the end: whatever was not asked for longest goes first.
      this.#documents.delete(key);
      this.#documents.set(key, document);
    }
    return document;
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    const size = sizeOf(document);
    if (size > MAX_DOCUMENT_CHARACTERS) return;
    this.#remove(key);
    this.#documents.set(key, document);
    this.#characters += size;
    for (const oldest of this.#documents.keys()) {
      if (this.#characters <= MAX_STORED_CHARACTERS) break;
      this.#remove(oldest);
    }
  }

  async delete(key: string): Promise<boolean> {
    return this.#remove(key);
  }

  #remove(key: string): boolean {
    const document = this.#documents.get(key);
    if (document === undefined) return false;
    this.#characters -= sizeOf(document);
    return this.#documents.delete(key);
  }
}

const sizeOf = ({ loc }: DocumentNode): number => loc?.source.body.length ?? Number.POSITIVE_INFINITY;
