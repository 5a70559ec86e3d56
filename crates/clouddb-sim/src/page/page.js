"use strict";

const PAUSE = 700;
const PATIENCE = 10000;
const MOST_REQUESTS = 300;
const PATHS = [
  "/instances", "/instances/*", "/instances/*/action", "/instances/*/databases", "/instances/*/users",
  "/backups", "/backups/*", "/configurations", "/ha", "/ha/*", "/schedules", "/flavors", "/v2.0/tokens",
];

const element = (id) => document.getElementById(id);

// A screen reader says what is new: the same text once more is no news.
function put(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

async function ask(path, options) {
  let reply;
  try {
    reply = await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Error("The simulator does not answer.");
  }
  const body = await reply.json();
  if (!reply.ok) {
    const [fault] = Object.values(body);
    throw new Error((fault && fault.message) || `HTTP ${reply.status}`);
  }
  return body;
}

const send = (method, path, body) => ask(path, { method, body: body && JSON.stringify(body) });

let requests = [];
let statuses = new Map();

// The log may have been forgotten meanwhile, or have begun anew with another simulator.
async function read_requests({ kept, last }) {
  requests = requests.filter((it) => it.number > last - kept && it.number <= last);
  const newest = requests.length ? requests[requests.length - 1].number : 0;
  if (newest === last) return;
  const after = Math.max(newest, last - MOST_REQUESTS);
  requests = requests.concat(await ask(`/sim/requests?after=${after}`)).slice(-MOST_REQUESTS);
}

const by_name = (one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id);
const place_and_id = (it) => `${it.region} ${it.id}`;

function show_objects(state) {
  const inside = (field) => state.instances.flatMap((instance) => (
    instance[field].map((it) => ({ ...it, instance }))
  ));
  state.instances.sort(by_name);
  show("instances", state.instances, place_and_id);
  show("ha_groups", state.ha_groups.sort(by_name), place_and_id);
  show("databases", inside("databases"), (it) => `${it.instance.id} ${it.name}`);
  show("users", inside("users"), (it) => `${it.instance.id} ${it.name}@${it.host}`);
  show("backups", state.backups.sort(by_name), place_and_id);
  show("schedules", state.schedules, place_and_id);
  show("configurations", state.configurations.sort(by_name), place_and_id);
}

function tell_news(state) {
  const now = new Map([...state.instances, ...state.ha_groups, ...state.backups].map((it) => (
    [it.id, `${it.name} is ${it.status || it.state}.`]
  )));
  const is_new = ([id, text]) => statuses.has(id) && statuses.get(id) !== text;
  const news = [...now].filter(is_new).map(([, text]) => text);
  if (news.length) put(element("news"), news.join(" "));
  statuses = now;
}

async function look() {
  const [state, faults] = await Promise.all([ask("/sim/state"), ask("/sim/faults")]);
  await read_requests(state.requests);
  get_to_know(state);
  show_objects(state);
  tell_news(state);
  show("faults", faults.map((fault, index) => ({ ...fault, index })), (it) => it.index);
  show("requests", requests.slice().reverse(), (it) => it.number);
  element("time").dateTime = state.clock.time;
  put(element("time"), state.clock.time);
  put(element("clock"), {
    polls: "Phases end after some looks.",
    timed: "Phases end after some time.",
    explicit: "Phases end when they are told to.",
  }[state.clock.kind]);
}

function tell_connection(text, mood) {
  put(element("connection"), text);
  element("connection").className = mood;
}

async function watch() {
  try {
    await look();
    tell_connection("Connected.", "good");
  } catch (error) {
    tell_connection(`${error.message} Trying again.`, "bad");
  }
  setTimeout(watch, PAUSE);
}

// Does what a control is for, and says beside it what came of that.
async function act(control, doing) {
  const said = control.closest("section").querySelector(".said");
  said.textContent = "";
  try {
    const text = await doing();
    await look();
    said.textContent = text;
  } catch (error) {
    said.textContent = error.message;
  }
}

function on_click(id, method, path, body, text) {
  const button = element(id);
  button.addEventListener("click", () => act(button, async () => {
    await send(method, path, body);
    return text;
  }));
}

on_click("advance", "POST", "/sim/advance", undefined, "The present phase of everything has ended.");
on_click("hour", "POST", "/sim/pass", { seconds: 3600 }, "An hour has passed.");
on_click("day", "POST", "/sim/pass", { seconds: 86400 }, "A day has passed.");
on_click("clear", "DELETE", "/sim/faults", undefined, "No fault waits any more.");
on_click("forget", "DELETE", "/sim/requests", undefined, "The requests are forgotten.");

// What does not fit a kind of fault would be refused with it.
const WITH_STATUS = ["status", "html", "garbage"];
const WITH_EFFECT = ["status", "html", "garbage", "drop", "hang"];

function offer_what_fits() {
  const { kind, status, after_effect } = element("arm").elements;
  status.disabled = !WITH_STATUS.includes(kind.value);
  after_effect.disabled = !WITH_EFFECT.includes(kind.value);
}

function more_fields(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch (error) {
    throw new Error(`The other fields are no JSON: ${error.message}.`);
  }
}

function fault_of(form) {
  const fault = { method: form.get("method"), path: form.get("path"), kind: form.get("kind") };
  fault.times = Number(form.get("times"));
  if (form.get("status")) fault.status = Number(form.get("status"));
  if (form.get("after_effect")) fault.after_effect = true;
  if (form.get("delay")) fault.delay = form.get("delay");
  return { ...fault, ...more_fields(form.get("more")) };
}

element("arm").addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.target, async () => {
    await send("POST", "/sim/faults", fault_of(new FormData(event.target)));
    return "The fault waits.";
  });
});
element("arm").elements.kind.addEventListener("change", offer_what_fits);

element("paths").replaceChildren(...PATHS.map((path) => {
  const option = document.createElement("option");
  option.value = path;
  return option;
}));
offer_what_fits();
watch();
