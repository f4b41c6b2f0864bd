// @vitest-environment happy-dom
import { render } from "preact";
import { describe, expect, it } from "vitest";
import { Markdown } from "../src/view/markdown";

function html(text: string): string {
  const root = document.createElement("div");
  render(<Markdown text={text} />, root);
  return (root.firstElementChild as HTMLElement).innerHTML;
}

describe("descriptions", () => {
  it.each([
    ["plain", "<p>plain</p>"],
    ["one\n\ntwo", "<p>one</p><p>two</p>"],
    ["**bold** and __bold__", "<p><strong>bold</strong> and <strong>bold</strong></p>"],
    ["*it* and _it_", "<p><em>it</em> and <em>it</em></p>"],
    ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"],
    ["`a*b*`", '<p><code class="icw-code">a*b*</code></p>'],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["Do:\n1. a\n2. b\n\nThen", "<p>Do:</p><ol><li>a</li><li>b</li></ol><p>Then</p>"],
    ["# Title", "<p><strong>Title</strong></p>"],
  ])("%j", (text, shown) => {
    expect(html(text)).toBe(shown);
  });

  it("link to web pages only, in a new tab, and say so to those who cannot see it", () => {
    const link = '<a class="icw-link" href="https://a.b/c" target="_blank" rel="noopener noreferrer">';
    const tab = '<span class="icw-hidden"> (opens in a new tab)</span>';
    expect(html("[here](https://a.b/c)")).toBe(`<p>${link}here${tab}</a></p>`);
    expect(html("see https://a.b/c.")).toBe(`<p>see ${link}https://a.b/c${tab}</a>.</p>`);
    expect(html("[x](javascript:alert(1))")).not.toContain("href");
    expect(html("[x](data:text/html,y)")).not.toContain("href");
    expect(html("[x](/local)")).not.toContain("href");
  });

  it("are never taken for HTML", () => {
    expect(html('<img src=x onerror="alert(1)">')).toBe('<p>&lt;img src=x onerror="alert(1)"&gt;</p>');
    expect(html("[<b>](https://a.b)")).toContain("&lt;b&gt;");
  });

  it("may be long and odd", () => {
    const odd = "*".repeat(5000) + "_".repeat(5000) + "[".repeat(5000) + "`".repeat(4999);
    expect(html(odd)).not.toBe("");
  });
});
