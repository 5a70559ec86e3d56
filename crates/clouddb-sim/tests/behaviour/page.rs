use crate::api::Api;
use crate::http::{Seen, send};

fn get(api: &Api, path: &str, accept: &str) -> Seen {
    send(api.sim.address(), "GET", path, &[("Accept", accept)], None).unwrap()
}

#[test]
fn a_browser_is_shown_a_page_where_a_client_is_told_the_versions() {
    let api = Api::new();

    let page = get(&api, "/", "text/html,application/xhtml+xml,*/*;q=0.8");

    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=UTF-8")));
    assert!(page.body.starts_with("<!DOCTYPE html>"));
    for accept in ["application/json", "*/*"] {
        assert!(get(&api, "/", accept).json()["versions"].is_array(), "{accept}");
    }
    assert_eq!(api.sim.requests().len(), 2, "the page is no request to the service");
}

#[test]
fn the_page_loads_nothing_from_anywhere_else() {
    let api = Api::new();
    let page = get(&api, "/", "text/html");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let (style, script) = ("text/css", "text/javascript");
    for (path, kind) in
        [("/sim/page.css", style), ("/sim/tables.js", script), ("/sim/page.js", script)]
    {
        assert!(page.body.contains(&format!("\"{path}\"")), "{path} is not used");
        let part = get(&api, path, "*/*");
        assert_eq!(part.status, 200);
        assert!(part.header("content-type").unwrap().starts_with(kind));
        assert!(!part.body.contains("//cdn") && !part.body.contains("http:"), "{path}");
    }
}
