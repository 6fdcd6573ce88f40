import { jest } from "@jest/globals";
import { SessionService } from "../../src/modules/session/session.service.js";

/** Does this once, after the server has found who makes the next request, and before it does what is asked. */
export function meanwhile(work: () => Promise<unknown>): void {
  const { findViewer } = SessionService.prototype;
  jest.spyOn(SessionService.prototype, "findViewer").mockImplementationOnce(async function (
    this: SessionService,
    credential,
  ) {
    const viewer = await findViewer.call(this, credential);
    await work();
    return viewer;
  });
}
