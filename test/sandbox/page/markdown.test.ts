import { expect, test } from "vitest";
import { markdownHtml } from "../../../src/sandbox/page/teams/markdown.ts";

test.each([
  ["bold and italic", "**131** calls, _at least_", "<p><strong>131</strong> calls, <em>at least</em></p>"],
  ["paragraphs", "one\n\ntwo", "<p>one</p><p>two</p>"],
  ["single line breaks run on", "one\ntwo", "<p>one two</p>"],
  ["lists", "Evidence\r- one\r- two", "<p>Evidence</p><ul><li>one</li><li>two</li></ul>"],
  ["numbered lists", "1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"],
  [
    "links to pages",
    "_see_ [Open](https://teams.microsoft.com/l/message/1?x=_y_) now_",
    '<p><em>see</em> <a class="ac-anchor" href="https://teams.microsoft.com/l/message/1?x=&#95;y&#95;" target="&#95;blank" rel="noreferrer">Open</a> now_</p>',
  ],
  ["mentions", "<at>Ann Ito</at> look", '<p><span class="mention">@Ann Ito</span> look</p>'],
  ["identifiers stay whole", "snake_case_name and AC_1", "<p>snake_case_name and AC_1</p>"],
  ["escaped marks", "\\*not bold\\*", "<p>&#42;not bold&#42;</p>"],
])("draws %s", (_, text, html) => {
  expect(markdownHtml(text)).toBe(html);
});

test.each([
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  '[x](https://example.com/"onmouseover="alert(1))',
  "<at><script>alert(1)</script></at>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "**<b onclick=alert(1)>**",
])("lets no markup of %s through", (text) => {
  const tags = markdownHtml(text).match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => !/^<\/?(p|strong|em|ul|ol|li)>$|^<span class="mention">$|^<\/span>$/.test(tag))).toEqual(
    [],
  );
});
