//! From a path to a handler.
//!
//! One port serves every region: `/DFW/v1.0/{account}` is DFW, and `/v1.0/{account}` the default
//! region. Segments are decoded once here, as the web server in front of the service does; user names
//! are decoded once more by their handlers.

use crate::api::{self, identity, versions};
use crate::http::rate_limits::Counters;
use crate::message::call::Call;
use crate::message::path::{decode, split_region};
use crate::message::reply::{Answer, Reply};
use crate::message::request::Request;
use crate::state::cloud::Cloud;
use crate::state::place::Place;

/// Answers any request but those of the control interface.
pub(crate) fn answer(cloud: &mut Cloud, counters: &mut Counters, request: &Request) -> Reply {
    cloud.tick();
    route(cloud, counters, request).unwrap_or_else(|refusal| refusal)
}

fn route(cloud: &mut Cloud, counters: &mut Counters, request: &Request) -> Answer {
    let raw = request.raw_segments();
    let (region, rest) = split_region(&raw);
    match rest {
        [] => Ok(versions::all(&origin(request, region))),
        ["v2.0", below @ ..] if region.is_none() => identity::answer(cloud, request, below),
        ["v1.0"] | ["v1.0", ""] => {
            identity::authenticate(cloud, request)?;
            Ok(versions::current(&origin(request, region)))
        }
        ["v1.0", account, below @ ..] => {
            let place = Place {
                region: region.map_or_else(|| cloud.options.default_region.clone(), str::to_owned),
                account: decode(account),
            };
            if identity::authenticate(cloud, request)? != place.account {
                return Err(Reply::other_account());
            }
            if let Some(limits) = &cloud.options.rate_limits {
                counters.count(limits, &request.method, below, &place)?;
            }
            let call =
                Call { segments: segments(below), origin: origin(request, region), place, request };
            api::answer(cloud, &call)
        }
        _ => {
            identity::authenticate(cloud, request)?;
            Err(Reply::no_route())
        }
    }
}

/// The segments of a path, which is decoded before it is split. Empty ones at its beginning do not count.
fn segments(below: &[&str]) -> Vec<String> {
    let below = decode(&below.join("/"));
    below.trim_start_matches('/').split('/').map(str::to_owned).collect()
}

/// What links begin with. The service writes https into them even when it was called over http.
fn origin(request: &Request, region: Option<&str>) -> String {
    let region = region.map_or(String::new(), |region| format!("/{region}"));
    format!("https://{}{region}", request.host)
}
