import { renderPage } from "../../src/http/pages/page.html.js";
import { EN } from "../../src/http/pages/texts.en.js";

const MARKUP = `</script><b a="x">&'`;

describe("the HTML of a page", () => {
  test("no text of it can end the element that it stands in", () => {
    const notice = { heading: MARKUP, text: MARKUP };
    const html = renderPage({
      kind: "resetPassword",
      mutation: MARKUP,
      service: MARKUP,
      language: "en",
      limits: { minLength: 8, maxLength: 64 },
      texts: {
        ...EN,
        resetPassword: {
          ...EN.resetPassword,
          heading: MARKUP,
          lead: MARKUP,
          button: MARKUP,
          success: notice,
        },
        newPassword: { ...EN.newPassword, label: MARKUP, hint: () => MARKUP, show: MARKUP },
        noScript: MARKUP,
      },
    });
    expect(html).not.toContain("<b ");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html.match(/&lt;\/script&gt;&lt;b a=&quot;x&quot;&gt;&amp;&#39;/g)).toHaveLength(9);
    const [, data = ""] = /id="page-data">(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(data)).toMatchObject({ mutation: MARKUP, success: notice });
  });
});
