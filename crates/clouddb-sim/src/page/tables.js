"use strict";

// What each table shows: the heading of a column, the lines of a cell, and what the lines are.
const TABLES = {
  instances: [
    ["Name", (it) => [it.name, it.id], "name"],
    ["Status", (it) => it.status, "status"],
    ["Region", place],
    ["Flavor", (it) => it.flavor_id],
    ["Volume", (it) => (NOT_ASKED.includes(it.status) ? "" : `${it.used} of `) + `${it.volume} GB`],
    ["Runs", (it) => `${it.datastore} ${it.datastore_version}`],
    ["Details", details, "long"],
  ],
  ha_groups: [
    ["Name", (it) => [it.name, it.id], "name"],
    ["State", (it) => it.state, "status"],
    ["Region", place],
    ["Flavor", (it) => it.flavor_id],
    ["Volume", (it) => `${it.volume} GB`],
    ["Runs", (it) => `${it.datastore} ${it.datastore_version}`],
    ["Members", members, "long"],
    ["Networks", (it) => [...it.networks, ...it.acls.map((acl) => `from ${acl}`)], "long"],
  ],
  databases: [
    ["Name", (it) => it.name, "name"],
    ["Collation", (it) => it.collate],
    ["Instance", (it) => it.instance.name, "long"],
  ],
  users: [
    ["Name", (it) => it.name, "name"],
    ["Host", (it) => it.host],
    ["Databases", (it) => it.databases, "long"],
    ["Instance", (it) => it.instance.name, "long"],
  ],
  backups: [
    ["Name", (it) => [it.name, it.id], "name"],
    ["Status", (it) => it.status, "status"],
    ["Region", place],
    ["Size", (it) => (it.status === "COMPLETED" ? `${it.size} GB` : "")],
    ["Of", (it) => name_of(it.ha_id || it.instance_id), "long"],
    ["Details", backup_details, "long"],
  ],
  schedules: [
    ["Of", (it) => [name_of(it.source_id), it.id], "name"],
    ["Region", place],
    ["Full on", (it) => `${DAYS[it.day_of_week]}, ${two(it.hour)}:${two(it.minute)} UTC`, "long"],
    ["Kept", (it) => String(it.full_backup_retention)],
    ["Next run", (it) => [it.next_run, ...it.copy_to.map((region) => `copied to ${region}`)], "long"],
  ],
  configurations: [
    ["Name", (it) => [it.name, it.id], "name"],
    ["Region", place],
    ["Values", (it) => Object.entries(it.values).map((pair) => pair.join(" = ")), "long"],
  ],
  faults: [
    ["Call", (it) => `${it.method === "*" ? "any" : it.method} ${it.path}`, "code"],
    ["What happens", what_happens, "long"],
    ["Times", (it) => (it.times === FOR_EVER ? "always" : String(it.times))],
  ],
  requests: [
    ["Time (UTC)", (it) => it.time.slice(11, 23)],
    ["Call", (it) => `${it.method} ${it.call}${it.query ? `?${it.query}` : ""}`, "code"],
    ["Status", (it) => (it.status === 0 ? "none" : String(it.status)), "status"],
  ],
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "every day"];
// Where the API does not tell how much of a volume is used either.
const NOT_ASKED = ["BUILD", "REBOOT", "RESTART", "RESIZE", "FAILED"];
const FOR_EVER = 2 ** 32 - 1;

// The names of everything that has an ID, and whether there is more than one account.
const known = { names: new Map(), accounts: new Set() };

const two = (number) => String(number).padStart(2, "0");
const name_of = (id) => known.names.get(id) || `${id}, which is gone`;

function place(it) {
  return known.accounts.size > 1 && it.account_id ? [it.region, `of ${it.account_id}`] : it.region;
}

function get_to_know(state) {
  const objects = [...state.instances, ...state.ha_groups, ...state.backups, ...state.configurations];
  known.names = new Map(objects.map((it) => [it.id, it.name]));
  known.accounts = new Set(objects.map((it) => it.account_id).filter(Boolean));
}

function details(instance) {
  const lines = [];
  if (instance.upgrade_of) lines.push(`upgrade of ${name_of(instance.upgrade_of)}`);
  else if (instance.replica_of) lines.push(`replica of ${name_of(instance.replica_of)}`);
  if (instance.ha_id) lines.push(`in ${name_of(instance.ha_id)}`);
  if (instance.configuration_id) lines.push(`settings of ${name_of(instance.configuration_id)}`);
  if (instance.root_enabled) lines.push("root enabled");
  if (instance.server) {
    lines.push(`server at ${instance.server.endpoint}`);
    if (instance.server.failure) lines.push(`server ended: ${instance.server.failure}`);
    lines.push(...instance.server.refused_settings.map(([name, why]) => `refused ${name}: ${why}`));
  }
  return lines;
}

function members(group) {
  const source = group.source_id ? [`source ${name_of(group.source_id)}`] : [];
  const lines = [...source, ...group.replica_ids.map((id) => `replica ${name_of(id)}`)];
  if (group.configuration_id) lines.push(`settings of ${name_of(group.configuration_id)}`);
  return lines;
}

function backup_details(backup) {
  const lines = [backup.is_automated ? "by a schedule" : "by hand"];
  if (backup.parent_id) lines.push(`builds on ${name_of(backup.parent_id)}`);
  if (backup.copy_of) lines.push(`copy of ${name_of(backup.copy_of)}`);
  if (backup.failure) lines.push(backup.failure);
  return lines;
}

const ANSWERS = {
  status: (it) => `answers ${it.status || (it.body === undefined ? 503 : 200)}`,
  html: (it) => `answers ${it.status || 502} with a page of HTML`,
  garbage: (it) => `answers ${it.status || 200} with JSON of another shape`,
  drop: () => "closes the connection",
  hang: () => "never answers",
  cut: () => "sends half of the reply",
  leave: () => "answers, and refuses connections after it",
  omit: (it) => `leaves out ${it.item}`,
  delay: () => "",
};

// In words, and what has none as it was given.
function what_happens(fault) {
  const { index, method, path, kind, status, item, times, ...rest } = fault;
  const alone = status !== undefined || rest.body !== undefined ? "status" : "delay";
  const words = [ANSWERS[kind || alone](fault)];
  const tell = (field, text) => {
    if (rest[field] === undefined) return;
    words.push(text(rest[field]));
    delete rest[field];
  };
  tell("after_effect", () => "after its effect");
  tell("late", (it) => (it.time ? `carried out ${it.time} later` : `carried out ${it.calls} calls later`));
  tell("delay", (it) => `waits ${it} first`);
  tell("hold", (it) => `holds the reply for ${it}`);
  tell("skip", (it) => `lets ${it} pass first`);
  tell("retry_after", (it) => `Retry-After: ${it.text || `${it.seconds ?? it.date} s`}`);
  tell("expire_tokens", () => "every token has expired");
  tell("namesake", () => "somebody else makes the same first");
  words.push(...Object.entries(rest).map(([field, value]) => `${field}: ${value}`));
  return words.filter(Boolean);
}

function mood(text) {
  if (/^(ACTIVE|HEALTHY|COMPLETED|[23]\d\d)$/.test(text)) return "good";
  if (/ERROR|FAIL|BLOCKED|^(4|5)\d\d$|^none$/.test(text)) return "bad";
  return "busy";
}

function fill(cell, content, style) {
  const lines = [content].flat().filter((line) => line !== "");
  const text = JSON.stringify(lines);
  if (cell.dataset.text === text) return;
  const is_change = cell.dataset.text !== undefined;
  cell.dataset.text = text;
  cell.replaceChildren(...lines.map((line, index) => {
    const inner = document.createElement("span");
    inner.textContent = line;
    inner.className = { undefined: "plain", status: mood(line), name: index ? "id" : "name" }[style] || style;
    if (style === "status" && is_change) {
      inner.classList.add("changed");
      setTimeout(() => inner.classList.remove("changed"), 3000);
    }
    return inner;
  }));
}

function empty_table(name) {
  const table = document.createElement("table");
  table.setAttribute("aria-labelledby", `${name}-title`);
  const head = table.createTHead().insertRow();
  for (const [title] of TABLES[name]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  table.createTBody();
  return table;
}

function none() {
  const none = document.createElement("p");
  none.className = "empty";
  none.textContent = "None.";
  return none;
}

// Rows keep their place in the document, so that nothing is lost that is selected or focused.
function show(name, objects, key) {
  const holder = document.querySelector(`#${name} .table`);
  let table = holder.querySelector("table");
  if (objects.length === 0) {
    if (table || !holder.firstChild) holder.replaceChildren(none());
    return;
  }
  if (!table) {
    table = empty_table(name);
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
    TABLES[name].forEach(([title, lines, style], index) => {
      const cell = row.cells[index] || row.insertCell();
      cell.dataset.title = title;
      fill(cell, lines(it), style);
    });
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  rows.forEach((row) => row.remove());
}
