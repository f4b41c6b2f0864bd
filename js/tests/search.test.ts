import { describe, expect, it } from "vitest";
import type { Integration } from "../src/messages";
import { SearchIndex } from "../src/search";
import { ALIASES } from "./fakes";

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
  index.alias(ALIASES);
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

  it("puts the name before its words, then key, category and description; of equals the names in order", () => {
    const items = [
      app("Deals", { description: "Contacts, as every CRM has them." }),
      app("Salesforce", { categories: ["CRM"] }),
      app("Close CRM"),
      app("X", { key: "crm-x" }),
      app("CRM Inc"),
      app("CRM"),
    ];
    expect(find("crm", items)).toEqual(["CRM", "CRM Inc", "Close CRM", "X", "Salesforce", "Deals"]);
  });

  it("looks into descriptions only where little else is found", () => {
    const items = [1, 2, 3, 4, 5, 6].map((n) => app(`Mail ${n}`));
    expect(find("mail", [...items, app("Other", { description: "Sends mail." })]).length).toBe(6);
  });

  it("drops a word that matches nothing, and prefers the name that the others make up", () => {
    const items = ["Atlassian", "Jira", "Jira Align", "Microsoft Office", "Dynamics 365"].map((name) =>
      app(name),
    );
    expect(find("jira tickets", items)).toEqual(["Jira", "Jira Align"]);
    expect(find("atlassian jira", items)[0]).toBe("Jira");
    expect(find("office 365", items)[0]).toBe("Microsoft Office");
    expect(find("nothing whatever", items)).toEqual([]);
  });

  it("does not mind singular, plural and spaces", () => {
    const items = [app("Google Ad Manager"), app("Microsoft Dynamics 365"), app("OneDrive")];
    expect(find("google ads manager", items)).toEqual(["Google Ad Manager"]);
    expect(find("microsoftdynamics365", items)).toEqual(["Microsoft Dynamics 365"]);
    expect(find("dynamics365", items)).toEqual(["Microsoft Dynamics 365"]);
    expect(find("one drive", items)).toEqual(["OneDrive"]);
  });

  it.each([
    ["slack.com", "Slack"],
    ["https://acme.slack.com/archives/C1?x=1#y", "Slack"],
    ["drive.google.com", "Google Drive"],
    ["ada@example.slack.com", "Slack"],
    ["app.slack.co.uk:8443", "Slack"],
    ["monday.com", "monday.com"],
    ["slakc.com", "Slack"],
  ])("finds the app of the address %s", (address, name) => {
    const items = ["Google", "Google Drive", "Slack", "monday.com", "Archives"].map((each) => app(each));
    expect(find(address, items)[0]).toBe(name);
  });

  it("knows abbreviations and other names, the user's own too, after what is called so", () => {
    const items = ["Facebook", "FB", "Google Calendar", "Warehouse"].map((name) => app(name));
    expect(find("gcal", items)).toEqual(["Google Calendar"]);
    expect(find("fb", items)).toEqual(["FB", "Facebook"]);
    const index = new SearchIndex();
    index.update(items);
    index.alias({ ...ALIASES, DWH: "warehouse", fb: "Google Calendar" });
    expect(index.find("dwh").map(({ name }) => name)).toEqual(["Warehouse"]);
    expect(index.find("fb").map(({ name }) => name)).toEqual(["FB", "Google Calendar"]);
  });

  it.each([
    ["ｇｉｔｈｕｂ", "GitHub"],
    ["ＧＩＴＨＵＢ", "GitHub"],
    ["ｺﾝﾌﾙｴﾝｽ", "コンフルエンス"],
    ["ISTANBUL", "İstanbul Kart"],
    ["ıstanbul", "İstanbul Kart"],
    ["STRASSE", "Straße"],
    ["ﬁgma", "Figma"],
    ["文档", "飞书文档"],
    ["钉钉", "阿里钉钉"],
  ])("reads %s as people write it elsewhere", (query, name) => {
    const items = ["コンフルエンス", "İstanbul Kart", "Straße", "Figma", "飞书文档", "阿里钉钉", "GitHub"];
    expect(
      find(
        query,
        items.map((each) => app(each, { key: "k" })),
      ),
    ).toEqual([name]);
  });

  it.each(["!", "\\", "🦄", "…—", "\u200d"])("finds nothing for %s, which names nothing", (query) => {
    expect(find(query)).toEqual([]);
  });

  it("prefers a letter left out to a wrong one, and the word that more names have", () => {
    expect(find("slak", [app("Slab"), app("Slack")])).toEqual(["Slack", "Slab"]);
    expect(
      find(
        "gogle",
        ["Goggle", "Google", "Google Ads"].map((name) => app(name)),
      )[0],
    ).toBe("Google");
  });

  it("forgives two slips in a long word, but not two wrong letters", () => {
    expect(find("salesforc cluod", [app("Salesforce Cloud")])).toEqual(["Salesforce Cloud"]);
    expect(find("postgrsqk", [app("PostgreSQL")])).toEqual(["PostgreSQL"]);
    expect(find("slackbot", [app("Stackbit")])).toEqual([]);
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
  });
});
