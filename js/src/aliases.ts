/**
 * Abbreviations and other names that people type, each with what it stands for.
 *
 * Few, and each with its source: a wrong one would hide an app. A workspace's own go into `aliases=`.
 */
export const ALIASES: { [name: string]: string } = {
  // Short addresses that the services themselves use: fb.com, ig.me, wa.me, yt.be, t.me.
  fb: "facebook",
  ig: "instagram",
  wa: "whatsapp",
  yt: "youtube",
  // Command-line tools of the makers: bq, gh, psql, k8s.io.
  bq: "bigquery",
  gh: "github",
  psql: "postgresql",
  k8s: "kubernetes",
  // Client tools named so: drupal.org/project/gcal, github.com/prasmussen/gdrive.
  gcal: "google calendar",
  gdrive: "google drive",
  gsheets: "google sheets",
  gdocs: "google docs",
  // help.tableau.com, "config_oauth_qbo"; docs.uipath.com, "uipath-salesforce-sfdc".
  qbo: "quickbooks online",
  sfdc: "salesforce",
  // "Also known as" in simple-icons' data: Amazon S3 is AWS S3, Power Automate was Microsoft Flow.
  aws: "amazon",
  "microsoft flow": "power automate",
  // cloud.google.com/docs, learn.microsoft.com: the makers' own abbreviations.
  gcp: "google cloud",
  d365: "dynamics 365",
  ms: "microsoft",
  mssql: "microsoft sql server",
  // Renamed: Facebook Inc. (2021), Facebook Ads, Twitter (2023), G Suite (2020), Sendinblue (2023).
  "facebook ads": "meta ads",
  twitter: "x",
  "g suite": "google workspace",
  gsuite: "google workspace",
  sendinblue: "brevo",
  // Their addresses: atlassian.net, mail.google.com.
  atlassian: "jira",
  "google mail": "gmail",
};
