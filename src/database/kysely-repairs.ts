import type { AbstractSqlConnection } from "@mikro-orm/sqlite";

type Dialect = Awaited<ReturnType<AbstractSqlConnection["createKyselyDialect"]>>;

/**
 * Kysely 0.29 keeps the connection when the BEGIN or ROLLBACK of a controlled transaction fails - which is what
 * happens on a connection that has died. Each time the pool would be one smaller, and with SQLite's single one
 * nothing would ever run again.
 */
export function givingBackConnections<Kind extends Dialect>(dialect: Kind): Kind {
  const createDriver = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => {
    const driver = createDriver();
    const begin = driver.beginTransaction.bind(driver);
    const rollback = driver.rollbackTransaction.bind(driver);
    driver.beginTransaction = async (connection, settings) => {
      try {
        await begin(connection, settings);
      } catch (error) {
        await driver.releaseConnection(connection);
        throw error;
      }
    };
    // Nothing is lost with it: the database rolls back by itself what it had not committed.
    driver.rollbackTransaction = (connection) => rollback(connection).catch(() => {});
    return driver;
  };
  return dialect;
}
