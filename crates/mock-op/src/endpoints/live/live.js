// Shows what the control API says, and asks it for what is pressed. Whatever comes from a request is put in as text, never as markup.
"use strict";

const SHOWN = 200;
const at = (id) => document.getElementById(id);

/** An element with this class, and in it texts and elements. */
function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== undefined && part !== null));
  return element;
}

async function ask(method, path, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch("/control/" + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** A text with what stands between two backticks as code. */
function told(text) {
  const parts = text.split("`").map((part, at) => (at % 2 ? make("code", "", part) : part));
  return make("p", "", ...parts);
}

const time = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);
const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** The same rows for the same text, so that what is open stays open and nothing blinks. */
function fill(list, rows, empty, make_row, key) {
  const before = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const now = rows.map((row) => {
    const name = key(row);
    const old = before.get(name);
    if (old) return old;
    const fresh = make_row(row);
    fresh.dataset.key = name;
    return fresh;
  });
  list.replaceChildren(...(now.length ? now : [make("li", "soft", empty)]));
}

// What happened.

let requests = [];

function word_of(request) {
  if (request.status === 0) return make("span", "word warn", "closed");
  const kind = request.status < 400 ? "ok" : "warn";
  return make("span", "word " + kind, String(request.status));
}

function request_row(request) {
  const faults = (request.faults || []).map((did) => `${did.fault}/${did.variant}`);
  const summary = make(
    "summary",
    "",
    make("span", "at", `${request.seq}  ${time(request.at)}`),
    word_of(request),
    " ",
    make("code", "", `${request.method} ${request.path}`),
    request.error ? make("span", "told", "  " + request.error) : null,
    faults.length ? make("span", "stop", "  went wrong: " + faults.join(", ")) : null,
  );
  const table = make("table", "");
  const told = { ...(request.authorization ? { Authorization: request.authorization } : {}), ...request.params };
  if (request.gave) told["(it gave)"] = request.gave;
  for (const [name, value] of Object.entries(told)) {
    const head = make("th", "", name);
    head.scope = "row";
    table.append(make("tr", "", head, make("td", "", make("code", "", asText(value)))));
  }
  return make("li", "", make("details", "", summary, Object.keys(told).length ? table : make("p", "soft", "Without parameters.")));
}

async function show_requests() {
  const seen = requests.length ? requests[requests.length - 1].seq : 0;
  let answer = await ask("GET", "requests?since=" + seen);
  // Somebody started it anew.
  if (answer.last < seen) {
    requests = [];
    answer = await ask("GET", "requests");
  }
  requests = requests.concat(answer.requests).slice(-SHOWN);
  const newest = [...requests].reverse();
  fill(at("journal"), newest, "Nothing yet. Point your app at the issuer and sign in.", request_row, (r) => `${r.seq} ${r.at} ${r.path}`);
}

// What is wrong with the app.

const LEVELS = { must: ["stop", "MUST"], should: ["warn", "SHOULD"], "house-rule": ["soft", "house rule"] };

function finding_row(finding) {
  const [kind, word] = LEVELS[finding.level] || ["soft", finding.level];
  return make(
    "li",
    "",
    make("p", "", make("span", "word " + kind, word), " ", make("code", "", finding.rule), make("span", "soft", "  " + finding.section)),
    told(finding.fix),
    make("p", "soft", `Requests ${finding.requests.join(", ")}. To see it again: ${finding.reproduce}.`),
  );
}

async function show_findings() {
  const { findings } = await ask("GET", "findings");
  fill(at("findings"), findings, "Nothing was found so far.", finding_row, (f) => JSON.stringify(f));
}

// Faults.

let faults = [];

function list_faults() {
  const wanted = at("find").value.trim().toLowerCase();
  const is_wanted = (fault) => !wanted || Object.values(fault).some((text) => asText(text).toLowerCase().includes(wanted));
  const chosen = at("fault").value;
  const groups = new Map();
  for (const fault of faults.filter(is_wanted)) {
    if (!groups.has(fault.group)) {
      const group = document.createElement("optgroup");
      group.label = fault.group;
      groups.set(fault.group, group);
    }
    const option = make("option", "", fault.id);
    option.value = fault.id;
    option.selected = fault.id === chosen;
    groups.get(fault.group).append(option);
  }
  at("fault").replaceChildren(...groups.values());
  if (!at("fault").value && at("fault").options.length) at("fault").selectedIndex = 0;
  tell_of_fault();
}

function tell_of_fault() {
  const fault = faults.find((one) => one.id === at("fault").value);
  if (!fault) {
    at("told").replaceChildren("No fault has these words.");
    at("variant").replaceChildren();
    return;
  }
  at("told").replaceChildren(
    told("The provider: " + fault.provider_does),
    told("The app must: " + fault.client_must),
    make("p", "", fault.section),
  );
  at("variant").replaceChildren(...fault.variants.map((variant) => make("option", "", variant)));
}

const HOW_OFTEN = { once: "once", second: { nth: 2 }, thrice: { times: 3 }, always: "always" };

function often(when) {
  if (when === "once") return "the next time";
  if (when === "always") return "each time";
  if (when.one_in) return `one request in ${when.one_in}`;
  return when.nth ? `time ${when.nth} from now` : `the next ${when.times} times`;
}

function armed_row(armed) {
  const disarm = make("button", "", "Disarm");
  disarm.type = "button";
  disarm.setAttribute("aria-label", "Disarm " + armed.fault);
  disarm.addEventListener("click", () => change("DELETE", "faults/" + encodeURIComponent(armed.fault)));
  return make("li", "armed", make("span", "", make("code", "", `${armed.fault}/${armed.variant}`), " ", make("span", "soft", often(armed.when))), disarm);
}

async function show_faults() {
  const answer = await ask("GET", "faults");
  if (!faults.length) {
    faults = answer.active;
    list_faults();
  }
  const { random } = answer;
  const at_random = random ? [{ fault: "random", variant: `seed ${random.seed}`, when: { one_in: random.one_in } }] : [];
  const key = (armed) => JSON.stringify(armed);
  fill(at("armed"), answer.armed.concat(at_random), "None: the provider is correct.", armed_row, key);
}

// Time, keys, people, apps.

async function show_clock() {
  const { now } = await ask("GET", "clock");
  at("clock").textContent = new Date(now * 1000).toISOString().replace("T", " ").slice(0, 19) + " UTC";
}

async function show_keys() {
  const { keys } = await ask("GET", "keys");
  const row = (key) => make("li", "", make("code", "", key.alg), " ", make("code", "soft", key.kid));
  fill(at("keys"), keys, "None.", row, (key) => key.kid);
}

async function show_people() {
  const { people } = await ask("GET", "people");
  const row = (person) =>
    make("li", "", make("span", "word", asText(person.claims.name || person.id)), " ", make("code", "", person.id), " ", make("span", "soft", asText(person.claims.email || "")));
  fill(at("people"), people, "Nobody.", row, (person) => person.id);
}

async function show_clients() {
  const { clients } = await ask("GET", "clients");
  const row = (client) =>
    make("li", "", make("code", "", client.client_id), make("span", "soft", client.public ? "  public, " : "  confidential, "), make("span", "soft", [client.redirect_uris].flat().join(", ")));
  fill(at("clients"), clients, "None.", row, (client) => JSON.stringify(client));
}

// All of it.

const SHOW = [show_requests, show_findings, show_faults, show_clock, show_keys, show_people, show_clients];
let showing = null;
let again = false;

/** Shows everything once more. While that is under way, one more time is enough. */
async function show() {
  if (showing) {
    again = true;
    return;
  }
  showing = Promise.all(SHOW.map((part) => part()));
  try {
    await showing;
  } catch {
    // The connection says what there is to say.
  }
  showing = null;
  if (again) {
    again = false;
    await show();
  }
}

async function change(method, path, body) {
  at("refused").textContent = "";
  try {
    await ask(method, path, body);
  } catch (error) {
    at("refused").textContent = "That was not possible: " + error.message + ".";
  }
}

at("find").addEventListener("input", list_faults);
at("fault").addEventListener("change", tell_of_fault);
at("arm").addEventListener("submit", (event) => {
  event.preventDefault();
  change("POST", "faults", { fault: at("fault").value, variant: at("variant").value, when: HOW_OFTEN[at("when").value] });
});
at("rotate").addEventListener("click", () => change("POST", "keys/rotate"));
at("reset").addEventListener("click", () => change("POST", "reset"));
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => change("POST", "clock", { advance: Number(button.dataset.advance) }));
}

const events = new EventSource("/control/events");
events.addEventListener("changed", show);
events.addEventListener("open", () => {
  at("connection").className = "ok";
  at("connection").textContent = "Live";
  // After a new start of the provider its numbers begin again.
  requests = [];
});
events.addEventListener("error", () => {
  at("connection").className = "stop";
  at("connection").textContent = "Not connected: is mock-op still running?";
});
