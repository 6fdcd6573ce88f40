/**
 * Collation of a column that is compared byte by byte, whatever the language of the database: only then is the beginning
 * of a text a range of its index. PostgreSQL's name for it; what SQLite does anyway.
 */
export const BYTEWISE = "C";
