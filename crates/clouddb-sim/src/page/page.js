"use strict";

// What each table shows: the heading of a column, and what a row says there.
const TABLES = {
  instances: [
    ["Name", (it) => it.name],
    ["Status", (it) => it.status],
    ["Region", (it) => it.region],
    ["Flavor", (it) => it.flavor_id],
    ["Volume", (it) => `${it.volume} GB`],
    ["Runs", (it) => `${it.datastore} ${it.datastore_version}`],
    ["Role", role],
    ["Databases", (it) => it.databases.map((database) => database.name).join(", "), "long"],
    ["Users", (it) => it.users.map((user) => `${user.name}@${user.host}`).join(", "), "long"],
    ["ID", (it) => it.id, "code"],
  ],
  ha_groups: [
    ["Name", (it) => it.name],
    ["State", (it) => it.state],
    ["Region", (it) => it.region],
    ["Flavor", (it) => it.flavor_id],
    ["Volume", (it) => `${it.volume} GB`],
    ["Runs", (it) => `${it.datastore} ${it.datastore_version}`],
    ["Replicas", (it) => String(it.replica_ids.length)],
    ["May connect", (it) => it.acls.join(", "), "long"],
    ["ID", (it) => it.id, "code"],
  ],
  backups: [
    ["Name", (it) => it.name],
    ["Status", (it) => it.status],
    ["Region", (it) => it.region],
    ["Size", (it) => `${it.size} GB`],
    ["Of", (it) => it.ha_id || it.instance_id, "code"],
    ["Made by", (it) => (it.is_automated ? "schedule" : "hand")],
    ["ID", (it) => it.id, "code"],
  ],
  schedules: [
    ["Of", (it) => it.source_id, "code"],
    ["Region", (it) => it.region],
    ["Full backup", (it) => DAYS[it.day_of_week]],
    ["At", (it) => `${two(it.hour)}:${two(it.minute)} UTC`],
    ["Next run", (it) => it.next_run],
    ["ID", (it) => it.id, "code"],
  ],
  configurations: [
    ["Name", (it) => it.name],
    ["Region", (it) => it.region],
    ["Values", (it) => Object.entries(it.values).map((pair) => pair.join(" = ")).join(", "), "long"],
    ["ID", (it) => it.id, "code"],
  ],
  requests: [
    ["Time", (it) => it.time.slice(11, 23)],
    ["Call", (it) => `${it.method} ${it.call}`, "long"],
    ["Status", (it) => (it.status === 0 ? "none" : String(it.status))],
  ],
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "every day"];
const PAUSE = 700;
const MOST_REQUESTS = 300;
const PATHS = [
  "/instances", "/instances/*", "/instances/*/action", "/instances/*/databases", "/instances/*/users",
  "/backups", "/backups/*", "/configurations", "/ha", "/ha/*", "/schedules", "/flavors", "/v2.0/tokens",
];

const element = (id) => document.getElementById(id);
const two = (number) => String(number).padStart(2, "0");

function role(instance) {
  if (instance.upgrade_of) return "upgrade";
  if (instance.replica_of) return instance.ha_id ? "replica of a group" : "replica";
  return instance.ha_id ? "source of a group" : "";
}

function mood(text) {
  if (/^(ACTIVE|HEALTHY|COMPLETED|[23]\d\d)$/.test(text)) return "good";
  if (/ERROR|FAIL|^(4|5)\d\d$|^none$/.test(text)) return "bad";
  return "busy";
}

function fill(cell, text, style, is_status) {
  if (cell.dataset.text === text) return;
  const is_change = cell.dataset.text !== undefined;
  cell.dataset.text = text;
  if (style === "long") cell.className = "long";
  const inner = document.createElement(style === "code" ? "code" : "span");
  inner.textContent = text;
  if (is_status) {
    inner.className = mood(text);
    if (is_change) {
      inner.classList.add("changed");
      setTimeout(() => inner.classList.remove("changed"), 3000);
    }
  }
  cell.replaceChildren(inner);
}

// Rows keep their place in the document, so that nothing is lost that is selected or focused.
function show(name, objects, key) {
  const columns = TABLES[name];
  const holder = element(name).querySelector(".scroll");
  if (objects.length === 0) {
    const none = document.createElement("p");
    none.className = "empty";
    none.textContent = "None.";
    holder.replaceChildren(none);
    return;
  }
  let table = holder.querySelector("table");
  if (!table) {
    table = document.createElement("table");
    table.setAttribute("aria-labelledby", `${name}-title`);
    const head = table.createTHead().insertRow();
    for (const [title] of columns) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      head.append(cell);
    }
    table.createTBody();
    holder.replaceChildren(table);
  }
  const body = table.tBodies[0];
  const rows = new Map(Array.from(body.rows, (row) => [row.dataset.key, row]));
  let place = body.firstElementChild;
  for (const it of objects) {
    const id = String(key(it));
    const row = rows.get(id) || document.createElement("tr");
    rows.delete(id);
    row.dataset.key = id;
    columns.forEach(([title, text, style], index) => {
      const cell = row.cells[index] || row.insertCell();
      fill(cell, text(it) || "", style, title === "Status" || title === "State");
    });
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  rows.forEach((row) => row.remove());
}

function show_faults(faults) {
  const text = JSON.stringify(faults);
  const list = element("faults");
  if (list.dataset.text === text) return;
  list.dataset.text = text;
  list.replaceChildren(...faults.map((fault) => {
    const item = document.createElement("li");
    const code = document.createElement("code");
    const { method, path, ...rest } = fault;
    code.textContent = `${method === "*" ? "any" : method} ${path} ${JSON.stringify(rest)}`;
    item.append(code);
    return item;
  }));
}

const say = (text) => { element("said").textContent = text; };

async function ask(path, options) {
  const reply = await fetch(path, options);
  const body = await reply.json();
  if (!reply.ok) {
    const [fault] = Object.values(body);
    throw new Error((fault && fault.message) || `HTTP ${reply.status}`);
  }
  return body;
}

const send = (method, path, body) => ask(path, { method, body: body && JSON.stringify(body) });

let requests = [];

async function look() {
  const last = requests.length ? requests[requests.length - 1].number : 0;
  const [state, faults, news] = await Promise.all([
    ask("/sim/state"), ask("/sim/faults"), ask(`/sim/requests?after=${last}`),
  ]);
  for (const name of ["instances", "ha_groups", "backups", "schedules", "configurations"]) {
    show(name, state[name], (it) => `${it.region} ${it.id}`);
  }
  requests = requests.concat(news).slice(-MOST_REQUESTS);
  show("requests", requests.slice().reverse(), (it) => it.number);
  show_faults(faults);
  element("time").textContent = state.clock.time;
  element("time").dateTime = state.clock.time;
  element("clock").textContent = {
    polls: "Phases end after some looks.",
    timed: "Phases end after some time.",
    explicit: "Phases end when they are told to.",
  }[state.clock.kind];
}

async function watch() {
  try {
    await look();
    element("connection").textContent = "Connected";
  } catch (error) {
    element("connection").textContent = `Not connected: ${error.message}`;
  }
  setTimeout(watch, PAUSE);
}

function on_click(id, doing, done) {
  element(id).addEventListener("click", async () => {
    try {
      await doing();
      say(done);
      await look();
    } catch (error) {
      say(error.message);
    }
  });
}

on_click("advance", () => send("POST", "/sim/advance"), "Ended the present phase of everything.");
on_click("hour", () => send("POST", "/sim/pass", { seconds: 3600 }), "An hour has passed.");
on_click("day", () => send("POST", "/sim/pass", { seconds: 86400 }), "A day has passed.");
on_click("clear", () => send("DELETE", "/sim/faults"), "No fault waits any more.");
on_click("forget", async () => {
  await send("DELETE", "/sim/requests");
  requests = [];
}, "Forgot the requests.");

// What does not fit a kind of fault is refused, so it is not sent with it.
const WITH_STATUS = ["status", "html", "garbage"];
const WITH_EFFECT = ["status", "html", "garbage", "drop", "hang"];

element("arm").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const kind = form.get("kind");
  const fault = { method: form.get("method"), path: form.get("path"), kind, times: Number(form.get("times")) };
  if (WITH_STATUS.includes(kind) && form.get("status")) fault.status = Number(form.get("status"));
  if (WITH_EFFECT.includes(kind) && form.get("after_effect")) fault.after_effect = true;
  if (form.get("delay")) fault.delay = form.get("delay");
  try {
    await send("POST", "/sim/faults", fault);
    say("Armed.");
    await look();
  } catch (error) {
    say(error.message);
  }
});

element("paths").replaceChildren(...PATHS.map((path) => {
  const option = document.createElement("option");
  option.value = path;
  return option;
}));
watch();
