import { describe, expect, test } from "vitest";
import { Secret } from "../../src/lib/secret.ts";
import { formSignature, isSignedForm, isSignedJson } from "../../src/twilio/signatures.ts";
import { A, FORM_PARAMS, FORM_SIGNATURE, FORM_URL, JSON_BODY, JSON_SIGNATURE, JSON_URL, TOKEN } from "./vectors.ts";

const token = new Secret(TOKEN);

/** The text with each character changed in turn. */
function* mutations(text: string): Generator<string> {
  for (let index = 0; index < text.length; index += 1) {
    const other = text[index] === "x" ? "y" : "x";
    yield text.slice(0, index) + other + text.slice(index + 1);
  }
}

describe("a form post", () => {
  test("signs as Twilio's own example", () => {
    const params = {
      CallSid: "CA1234567890ABCDE",
      Caller: "+14158675310",
      Digits: "1234",
      From: "+14158675310",
      To: "+18005551212",
    };
    const url = "https://example.com/myapp.php?foo=1&bar=2";
    expect(formSignature(new Secret("12345"), url, params)).toBe("L/OH5YylLD5NRKLltdqwSvS0BnU=");
  });

  test("of a usage trigger is accepted", () => {
    expect(isSignedForm(token, FORM_URL, FORM_PARAMS, FORM_SIGNATURE)).toBe(true);
  });

  test("is refused when any one character of address, value, name or signature changes", () => {
    for (const url of mutations(FORM_URL))
      expect(isSignedForm(token, url, FORM_PARAMS, FORM_SIGNATURE), url).toBe(false);
    for (const signature of mutations(FORM_SIGNATURE)) {
      expect(isSignedForm(token, FORM_URL, FORM_PARAMS, signature), signature).toBe(false);
    }
    for (const [name, value] of Object.entries(FORM_PARAMS)) {
      for (const changed of mutations(value)) {
        expect(isSignedForm(token, FORM_URL, { ...FORM_PARAMS, [name]: changed }, FORM_SIGNATURE), changed).toBe(false);
      }
      for (const changed of mutations(name)) {
        const { [name]: _gone, ...others } = FORM_PARAMS as Record<string, string>;
        expect(isSignedForm(token, FORM_URL, { ...others, [changed]: value }, FORM_SIGNATURE), changed).toBe(false);
      }
    }
    for (const changed of mutations(TOKEN)) {
      expect(isSignedForm(new Secret(changed), FORM_URL, FORM_PARAMS, FORM_SIGNATURE)).toBe(false);
    }
  });

  test("counts an empty field and one that nobody knows", () => {
    expect(isSignedForm(token, FORM_URL, { ...FORM_PARAMS, ParentAccountSid: "" }, FORM_SIGNATURE)).toBe(false);
    expect(isSignedForm(token, FORM_URL, { ...FORM_PARAMS, Recurring: "daily " }, FORM_SIGNATURE)).toBe(false);
  });

  test("takes each different value of a repeated name once, sorted, in any order", () => {
    const one = formSignature(token, FORM_URL, { a: ["2", "1", "2"], b: "3" });
    expect(isSignedForm(token, FORM_URL, { b: "3", a: ["1", "2"] }, one)).toBe(true);
    expect(isSignedForm(token, FORM_URL, { b: "3", a: "12" }, one)).toBe(false);
  });

  test("sorts names by byte: capitals first", () => {
    const signature = formSignature(token, "u", { b: "1", A: "2", a: "3" });
    expect(signature).toBe(token.sign("sha1", "uA2a3b1").toString("base64"));
  });
});

describe("a JSON post", () => {
  test("is accepted with its hash in the address", () => {
    expect(isSignedJson(token, JSON_URL, JSON_BODY, JSON_SIGNATURE)).toBe(true);
  });

  test("is refused when any one character of body, address or signature changes", () => {
    for (const body of mutations(JSON_BODY.toString())) {
      expect(isSignedJson(token, JSON_URL, Buffer.from(body), JSON_SIGNATURE), body).toBe(false);
    }
    for (const url of mutations(JSON_URL)) expect(isSignedJson(token, url, JSON_BODY, JSON_SIGNATURE), url).toBe(false);
    for (const signature of mutations(JSON_SIGNATURE)) {
      expect(isSignedJson(token, JSON_URL, JSON_BODY, signature), signature).toBe(false);
    }
  });

  test("is refused without bodySHA256, since its body is unsigned then", () => {
    const url = `https://bot.example.com/twilio/events/${A}`;
    expect(isSignedJson(token, url, JSON_BODY, formSignature(token, url, {}))).toBe(false);
  });

  test("is refused with the hash in capitals, as Twilio never writes it", () => {
    const url = JSON_URL.replace(/=(\w+)$/, (_all, hash: string) => `=${hash.toUpperCase()}`);
    expect(isSignedJson(token, url, JSON_BODY, formSignature(token, url, {}))).toBe(false);
  });
});
