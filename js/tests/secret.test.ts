import { describe, expect, it } from "vitest";
import { isMultiline, isSecret } from "../src/form/secret";

const words = (text: string) => text.trim().split(/\s+/);

const SECRETS = words(`
  password passwd pwd pass passphrase passcode userPassword user_password password2 password_confirmation
  confirmPassword dbPass db_pass dbpass dbPassword smtpPass adminpass rootPassword sshPassphrase keyPassphrase
  secret clientSecret client_secret clientsecret clientSecret2 secret_2 appSecret consumerSecret webhookSecret
  sharedSecret secretValue apiSecret token accessToken access_token accesstoken refreshToken authToken authtoken
  bearerToken bearer botToken personalAccessToken sessionToken token1 api-token pat jwt jwtToken
  apiKey apikey api_key API_KEY api_key_2 apiKey1 appKey secretKey secret_key privateKey private_key privatekey
  privateKeyPem accessKey accountKey storageKey signingKey encryptionKey masterKey sharedKey serviceKey
  consumerKey subscriptionKey licenseKey sshKey hmacKey serviceAccountKey serviceAccountJson credential
  credentials credentialsJson connectionString connection_string pin userPin otp totp cookie sessionCookie
  authorization cvv`);

const OPEN = words(`
  keyboard monkey tokenize passenger primaryKey publicKey public_key sshPublicKey publishableKey foreignKey
  sortKey partitionKey key keyName keyId accessKeyId tokenUrl tokenEndpoint tokenType tokenId secretary secretName
  passwordPolicy passwordHint hasPassword useToken compass bypass spin pinned pinboard option shippingMethod
  cookieDomain cookieConsent authorizationUrl author authority turkey hockeyTeam username user email host
  subdomain region clientId tenantId accountId pathName patient`);

describe("which fields are secret", () => {
  it.each([
    ["/password", {}],
    ["/apiKey", {}],
    ["/API_KEY", {}],
    ["/clientSecret", {}],
    ["/access_token", {}],
    ["/auth/privateKeyPem", {}],
    ["/anything", { isSensitive: true }],
    ["/anything", { format: "password" }],
    ["/anything", { writeOnly: true }],
    ["/apiKeys/0", {}],
    ["/tokens/1", {}],
  ])("%s %j is", (path, schema) => {
    expect(isSecret(path, schema, {})).toBe(true);
  });

  it.each([
    ["/tokenUrl", {}],
    ["/publicKey", {}],
    ["/keyboard", {}],
    ["/secretary", {}],
    ["/names/0", {}],
    ["/password", { isSensitive: false }],
    ["/hasPassword", { type: "boolean" }],
  ])("%s %j is not", (path, schema) => {
    expect(isSecret(path, schema, {})).toBe(false);
  });

  it.each(SECRETS)("%s is, by its name", (name) => {
    expect(isSecret(`/${name}`, { type: "string" }, {})).toBe(true);
  });

  it.each(OPEN)("%s is not, by its name", (name) => {
    expect(isSecret(`/${name}`, { type: "string" }, {})).toBe(false);
  });

  it("is what Python says, by name or by path", () => {
    expect(isSecret("/org", {}, { org: true })).toBe(true);
    expect(isSecret("/a/apiKey", {}, { "a.apiKey": false })).toBe(false);
    expect(isSecret("/a/list/0/note", {}, { a: true })).toBe(true);
    expect(isSecret("/a/list/0/note", {}, { a: true, note: false })).toBe(true);
    expect(isSecret("/a/note", {}, { a: true, "a.note": false })).toBe(false);
  });
});

it.each([
  ["/privateKey", {}, true],
  ["/serviceAccountJson", {}, true],
  ["/note", { format: "textarea" }, true],
  ["/apiKey", {}, false],
])("%s %j may have several lines: %s", (path, schema, several) => {
  expect(isMultiline(path, schema)).toBe(several);
});
