import { encode } from "uqr";
import { Visit } from "../../support/browser.js";
import { signedUp } from "../../support/journeys.js";
import { mfa } from "../../support/second-factor.js";
import { TestApp } from "../../support/test-app.js";

const MODULE_PIXELS = 5;

/** Which modules are dark where the browser has painted the image: by the pixel in the middle of each. */
const PAINTED = `async ({ source, size, pixels }) => {
  const image = new Image(size * pixels, size * pixels);
  image.src = source;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * pixels;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, size * pixels, size * pixels);
  const middle = (index) => index * pixels + Math.floor(pixels / 2);
  const isDark = (x, y) => context.getImageData(middle(x), middle(y), 1, 1).data[0] < 128;
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => isDark(x, y)));
}`;

describe("the QR code of an authenticator app", () => {
  test("is painted by an <img> as it is scanned", async () => {
    const app = await TestApp.start();
    const { uri, qrCode: source } = await mfa(app, "startTotpSetup", await signedUp(app));
    const { page } = await Visit.begin(app.url);
    const { data, size } = encode(uri, { border: 4 });
    const parts = JSON.stringify({ source, size, pixels: MODULE_PIXELS });
    expect(await page.evaluate(`(${PAINTED})(${parts})`)).toEqual(data);
  });
});
