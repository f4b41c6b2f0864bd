import { describe, expect, it } from "vitest";
import type { Integration } from "../src/messages";
import { SearchIndex } from "../src/search";

const app = (name: string, more: Partial<Integration> = {}): Integration => ({
  key: name.toLowerCase().replace(/\W+/g, "-"),
  name,
  ...more,
});

const names = [
  "Google Sheets",
  "GitHub",
  "GitLab",
  "Git",
  "Microsoft Teams",
  "Café Société",
  "HubSpot",
  "Legit",
];

function find(query: string, items = names.map((name) => app(name))): string[] {
  const index = new SearchIndex();
  index.update(items);
  return index.find(query).map(({ name }) => name);
}

describe("search in the page", () => {
  it("finds everything, in the order given, for an empty query", () => {
    expect(find("  ")).toEqual(names);
  });

  it("puts the name itself before beginnings, and those before what only contains it", () => {
    expect(find("git")).toEqual(["Git", "GitHub", "GitLab", "Legit"]);
  });

  it("does not mind accents and case", () => {
    expect(find("CAFE societe")).toEqual(["Café Société"]);
    expect(find("géthub")).toEqual(["GitHub"]);
    expect(find("lodz strasse soeur", [app("Łódź Straße Sœur")]).length).toBe(1);
  });

  it("does not mind the order of words", () => {
    expect(find("sheets google")).toEqual(["Google Sheets"]);
    expect(find("teams micro")).toEqual(["Microsoft Teams"]);
  });

  it.each([
    ["missing letter", "gihub"],
    ["additional letter", "gitthub"],
    ["wrong letter", "gitgub"],
    ["swapped letters", "gtihub"],
  ])("forgives a %s", (_, query) => {
    expect(find(query)).toEqual(["GitHub"]);
  });

  it("forgives a slip while the word is still being typed", () => {
    expect(find("hubps")).toEqual(["HubSpot"]);
  });

  it("does not forgive slips in short words, nor when something matches without", () => {
    expect(find("gix")).toEqual([]);
    expect(find("gith")).toEqual(["GitHub"]);
  });

  it("finds by key and by category, after the names", () => {
    const items = [app("Salesforce", { categories: ["CRM"] }), app("CRM Inc"), app("X", { key: "crm-x" })];
    expect(find("crm", items)).toEqual(["CRM Inc", "Salesforce", "X"]);
  });

  it("finds what came later, and what was replaced under its new name", () => {
    const index = new SearchIndex();
    const first = [app("Alpha"), app("Beta")];
    index.update(first);
    index.update([first[0] as Integration, app("Gamma"), app("Delta")]);
    expect(index.find("beta")).toEqual([]);
    expect(index.find("gamma").map(({ name }) => name)).toEqual(["Gamma"]);
    expect(index.find("").length).toBe(3);
  });

  it("has what the engine found besides, after what matches", () => {
    const index = new SearchIndex();
    index.update(names.map((name) => app(name)));
    const found = index.find("hub", new Set(["github", "microsoft-teams"]));
    expect(found.map(({ name }) => name)).toEqual(["HubSpot", "GitHub", "Microsoft Teams"]);
  });

  it("is not confused by signs that mean something in patterns", () => {
    expect(find("git.*(")).toEqual(["Git", "GitHub", "GitLab", "Legit"]);
    expect(find("\\")).toEqual(names);
  });
});
