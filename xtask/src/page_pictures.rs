//! `cargo xtask page-pictures`: the pictures of the simulator's page that stand in the documentation.
//!
//! They show how it looked when they were taken, with the fonts of that machine, so that nothing compares them.

use chromium::Browser;
use clouddb_sim::{Clock, Fault, Options, Simulator};
use serde_json::json;
use testkit::{Result, project};

use crate::debian_packages::{BROWSER, by_hand};

const FOLDER: &str = "docs/images";

/// Width and height of each picture, in pixels.
const SIZES: [(u32, u32); 2] = [(1600, 870), (400, 870)];

/// What a client does meanwhile: it logs in, creates an instance and a backup, and meets a fault.
const CALLS: &str = r"(async () => {
    const send = (method, path, body, token) => fetch(path, {
        method,
        body: body && JSON.stringify(body),
        headers: {
            'Accept': 'application/json',
            'Content-Type': 'application/json',
            ...(token && { 'X-Auth-Token': token }),
        },
    });
    const credentials = { username: 'demo', apiKey: 'demo-key' };
    const login = { auth: { 'RAX-KSKEY:apiKeyCredentials': credentials } };
    const { access } = await (await send('POST', '/v2.0/tokens', login)).json();
    const api = (method, path, body) => send(method, `/v1.0/123456${path}`, body, access.token.id);
    const { instances } = await (await api('GET', '/instances')).json();
    const shop = instances.find((it) => it.name === 'shop');
    await api('GET', '/flavors/3');
    await api('POST', '/instances', { instance: { name: 'reports', flavorRef: 2, volume: { size: 10 } } });
    await api('GET', '/instances/2d3cd3a0-0000-4000-8000-3fa2d6b1a111');
    await api('POST', `/instances/${shop.id}/databases`, { databases: [{ name: 'carts' }] });
    await api('GET', `/instances/${shop.id}/databases?limit=20`);
    await api('GET', '/flavors');
    await api('POST', '/backups', { backup: { name: 'shop before 2.0', instance: shop.id } });
    await api('GET', '/backups');
})()";

/// Takes them all.
pub(crate) fn run() -> Result {
    let by_hand = by_hand(&BROWSER);
    let program = chromium::find().ok_or_else(|| format!("there is no Chromium ({by_hand})"))?;
    let simulator = Simulator::start(Options { clock: Clock::Explicit, ..Options::default() })?;
    furnish(&simulator);
    let browser = Browser::start(&program)?;
    let page = browser.open(&format!("{}/", simulator.url()))?;
    page.evaluate(CALLS)?;
    page.wait_until("document.querySelector('#requests tbody')?.innerText.includes('/backups')")?;
    page.call("Emulation.setScrollbarsHidden", &json!({ "hidden": true }))?;
    let folder = project::root().join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    for (width, height) in SIZES {
        page.resize(width, height)?;
        // A status that has just changed is marked for a moment.
        page.wait_until("!document.querySelector('.changed')")?;
        let picture = page.picture()?;
        let file = format!("simulator-{width}.webp");
        std::fs::write(folder.join(&file), &picture)?;
        println!("Wrote {FOLDER}/{file}, {} KB", picture.len() / 1024);
    }
    Ok(())
}

/// A cloud with something of everything in it.
fn furnish(simulator: &Simulator) {
    let settings = simulator.add_configuration("many connections", false);
    simulator.configure(&settings, "max_connections", &json!(400));
    let shop = simulator.add_instance("shop", "4", 40);
    simulator.set_used(&shop, 11.7);
    simulator.set_configuration(&shop, Some(&settings));
    for database in ["shop", "sessions"] {
        simulator.add_database(&shop, database);
    }
    simulator.add_user(&shop, "shop_app", "10.0.0.%", "secret", &["shop", "sessions"]);
    simulator.add_user(&shop, "analyst", "%", "secret", &["shop"]);
    let nightly = simulator.add_backup(&shop, "shop nightly");
    simulator.automate(&nightly);
    simulator.add_schedule(&shop, 2, 30);
    let blog = simulator.add_instance("blog", "2", 5);
    simulator.add_database(&blog, "blog");
    simulator.set_status(&blog, "ERROR");
    let billing = simulator.add_ha_group("billing", "3", 20, 1);
    simulator.add_acl(&billing, "10.1.0.0/16");
    simulator.add_ha_schedule(&billing, 4, 0);
    simulator.inject(Fault::on("GET", "/flavors").status(503).retry_after(5));
    simulator.inject(Fault::on("POST", "/instances").drop_connection().after_effect().skip(1));
    simulator.inject(Fault::on("*", "/ha/**").html().times(2));
}
