/** What people type when they look for an app, and what must come first. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fold } from "../src/fold";
import type { Integration } from "../src/messages";
import { SearchIndex } from "../src/search";
import { ALIASES } from "./fakes";

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const SANDBOX = "../../ic_widget/sandbox/apps/builtin/";
const sandbox: Integration[] = readdirSync(new URL(SANDBOX, import.meta.url))
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => read(SANDBOX + file));

/** Query, then the first hit: "query > name". */
const table = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.split(" > ").map((part) => part.trim()) as [string, string]);

function first(items: Integration[]): (query: string) => string | undefined {
  const index = new SearchIndex();
  index.alias(ALIASES);
  index.update(items);
  return (query) => index.find(query)[0]?.name;
}

const IN_SANDBOX = table(`
  stripe > Stripe
  STRIPE > Stripe
  strip > Stripe
  hub > HubSpot
  hub spot > HubSpot
  hubspot crm > HubSpot
  git > GitHub
  gitlab > GitLab
  gihub > GitHub
  gtihub > GitHub
  ｇｉｔｈｕｂ > GitHub
  ＧｉｔＨｕｂ > GitHub
  GİTHUB > GitHub
  github.com > GitHub
  https://github.com/acme/repo/issues > GitHub
  salesfroce > Salesforce
  sales force > Salesforce
  sfdc > Salesforce
  acme.my.salesforce.com > Salesforce
  salesforce marketing > Salesforce Marketing Cloud
  marketing cloud > Salesforce Marketing Cloud
  sheets > Google Sheets
  google sheet > Google Sheets
  sheets google > Google Sheets
  googlesheets > Google Sheets
  goggle shets > Google Sheets
  gdrive > Google Drive
  google drives > Google Drive
  drive.google.com > Google Drive
  bigquery > Google BigQuery
  big query > Google BigQuery
  s3 > Amazon S3
  aws s3 > Amazon S3
  amazon > Amazon S3
  postgres > PostgreSQL
  postgress > PostgreSQL
  psql > PostgreSQL
  mongo > MongoDB
  elastic search > Elasticsearch
  snowflack > Snowflake
  microsoftdynamics365 > Microsoft Dynamics 365
  dynamics > Microsoft Dynamics 365
  d365 > Microsoft Dynamics 365
  teams > Microsoft Teams
  ms teams > Microsoft Teams
  slak > Slack
  twitter > X (Twitter), legacy access
  x.com > X (Twitter), legacy access
  facebook ads > Meta Ads
  atlassian jira > Jira
  oracle netsuite > NetSuite
  stripe payments > Stripe
  invoices > Chargebee
  advertising > Google Ads
  qbo > QuickBooks Online
  quick books > QuickBooks Online
  monday > monday.com
  monday.com > monday.com
  helpscout > Help Scout
  calendy > Calendly
  zohocrm > Zoho CRM
  marketo > Adobe Marketo Engage
`);

const IN_NAMES = table(`
  google > Google
  gogle > Google
  googel > Google
  google calender > Google Calendar
  google calendar > Google Calendar
  calendar > Google Calendar
  gcal > Google Calendar
  calendar.google.com > Google Calendar
  gdrive > Google Drive
  gogle drive > Google Drive
  google docs > Google Docs
  googledocs > Google Docs
  docs.google.com > Google Docs
  google doc > Google Docs
  google ads manager > Google Ads
  google analytic > Google Analytics
  google analytics 4 > Google Analytics
  analytics.google.com > Google Analytics
  tag manager > Google Tag Manager
  search console > Google Search Console
  google maps api > Google Maps
  google map > Google Maps
  bigquery > Google BigQuery
  bq > Google BigQuery
  gcp > Google Cloud
  google cloud platform > Google Cloud
  google form > Google Forms
  mail.google.com > Gmail
  gmial > Gmail
  gmail.com > Gmail
  microsoft > Microsoft
  mircosoft teams > Microsoft Teams
  ms teams > Microsoft Teams
  microsoft team > Microsoft Teams
  teams > Microsoft Teams
  excel > Microsoft Excel
  ms excel > Microsoft Excel
  outlook > Microsoft Outlook
  outlok > Microsoft Outlook
  outlook 365 > Microsoft Outlook
  office 365 > Microsoft Office
  onedrive > Microsoft OneDrive
  one drive > Microsoft OneDrive
  sharepoint > Microsoft SharePoint
  share point > Microsoft SharePoint
  sharepoint online > Microsoft SharePoint
  powerpoint > Microsoft PowerPoint
  power bi > Power BI
  powerbi > Power BI
  microsoft power bi > Power BI
  microsoft flow > Power Automate
  sql server > Microsoft SQL Server
  mssql > Microsoft SQL Server
  azure > Microsoft Azure
  azure devops > Azure DevOps
  devops > Azure DevOps
  aws > Amazon AWS
  aws s3 > Amazon S3
  s3 > Amazon S3
  dynamo > Amazon DynamoDB
  dynamodb > Amazon DynamoDB
  lambda > AWS Lambda
  amazon aws > Amazon AWS
  cloudwatch > Amazon CloudWatch
  adobe xd > Adobe XD
  photoshop > Adobe Photoshop
  fotoshop > Adobe Photoshop
  illustrator > Adobe Illustrator
  fb > Facebook
  facebok > Facebook
  facebook.com > Facebook
  ig > Instagram
  instgram > Instagram
  whatsap > WhatsApp
  whats app > WhatsApp
  whatsapp business > WhatsApp
  linkedin > LinkedIn
  linked in > LinkedIn
  linkdin > LinkedIn
  twitter > X
  x.com > X
  youtube > YouTube
  you tube > YouTube
  yutube > YouTube
  slack > Slack
  slak > Slack
  acme.slack.com > Slack
  https://app.slack.com/client/T1/C2 > Slack
  slack bot > Slack
  discrod > Discord
  telegramm > Telegram
  zoom > Zoom
  zoom.us > Zoom
  zoom meetings > Zoom
  jira > Jira
  atlassian jira > Jira
  jira cloud > Jira
  jira software > Jira Software
  confluance > Confluence
  atlassian confluence > Confluence
  acme.atlassian.net > Atlassian
  bitbuket > Bitbucket
  trelo > Trello
  gh > GitHub
  github > GitHub
  git hub > GitHub
  gihub actions > GitHub Actions
  gitlab.com > GitLab
  hubspt > HubSpot
  hub spot > HubSpot
  app.hubspot.com > HubSpot
  salesforce > Salesforce
  saleforce > Salesforce
  sfdc > Salesforce
  salesforce.com > Salesforce
  oracle netsuite > NetSuite
  netsuit > NetSuite
  quickbook > QuickBooks
  quickbooks online > QuickBooks Online
  qbo > QuickBooks Online
  intuit quickbooks > QuickBooks
  xero accounting > Xero
  stripe payments > Stripe
  dashboard.stripe.com > Stripe
  stirpe > Stripe
  paypal > PayPal
  pay pal > PayPal
  woo commerce > WooCommerce
  shopfy > Shopify
  acme.myshopify.com > Shopify
  mailchip > Mailchimp
  mail chimp > Mailchimp
  sendinblue > Brevo
  send grid > SendGrid
  zendesk.com > Zendesk
  zen desk > Zendesk
  zoho > Zoho
  notoin > Notion
  notion.so > Notion
  airtabel > Airtable
  air table > Airtable
  click up > ClickUp
  drop box > Dropbox
  box > Box
  type form > Typeform
  surveymonky > SurveyMonkey
  postgres > PostgreSQL
  postgre sql > PostgreSQL
  psql > PostgreSQL
  my sql > MySQL
  mongo > MongoDB
  mongo db > MongoDB
  click house > ClickHouse
  kafka > Apache Kafka
  airflow > Apache Airflow
  k8s > Kubernetes
  kubernets > Kubernetes
  open ai > OpenAI
  chat gpt openai > OpenAI
  datadoghq.com > Datadog
  pager duty > PagerDuty
  new relic > New Relic
  wordpress.com > WordPress
  word press > WordPress
  cal.com > Cal.com
  booking.com > Booking.com
  booking > Booking.com
  node.js > Node.js
  paramount+ > Paramount+
  sql > SQLite
  protonmail > Proton Mail
  stack overflow > Stack Overflow
  stackoverflow > Stack Overflow
`);

/** Share of the table that may miss. */
const MISSED = 0.03;

describe("the first hit over the sandbox's catalogue", () => {
  it.each(IN_SANDBOX)("%s > %s", (query, name) => {
    expect(first(sandbox)(query)).toBe(name);
  });

  it("is tried with at least 60 queries", () => {
    expect(IN_SANDBOX.length).toBeGreaterThanOrEqual(60);
  });
});

describe("the first hit among more than 500 names", () => {
  const { names }: { names: string[] } = read("./app-names.json");
  const more = names.filter((name) => !sandbox.some((item) => fold(item.name) === fold(name)));
  const found = first([...sandbox, ...more.map((name) => ({ key: name.toLowerCase(), name }))]);

  it("is right for 97 of 100 of at least 150 queries", () => {
    const wrong = IN_NAMES.map(([query, name]) => ({ query, name, found: found(query) })).filter(
      (each) => each.found !== each.name,
    );
    const known = new Set([...sandbox.map(({ name }) => name), ...more]);
    expect(IN_NAMES.filter(([, name]) => !known.has(name))).toEqual([]);
    expect(more.length).toBeGreaterThan(500);
    expect(IN_NAMES.length).toBeGreaterThanOrEqual(150);
    expect(wrong.length / IN_NAMES.length, JSON.stringify(wrong, null, 1)).toBeLessThanOrEqual(MISSED);
  });
});
