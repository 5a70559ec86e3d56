use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::new(
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn sources(block: Source, variables: &[(&str, &str)]) -> Sources {
    Sources::read(block, &environment(variables)).unwrap()
}

fn api_key_of(sources: &Sources) -> (String, String) {
    use secrecy::ExposeSecret;

    match sources.credentials().unwrap() {
        Credentials::ApiKey { username, api_key } => (username, api_key.expose_secret().to_owned()),
        _ => panic!("not an API key"),
    }
}

fn refusal(sources: &Sources) -> String {
    match sources.credentials() {
        Ok(_) => panic!("accepted"),
        Err(diagnostics) => diagnostics.iter().next().unwrap().summary().to_owned(),
    }
}

#[test]
fn the_block_beats_the_environment() {
    let block = Source { region: Some("LON".to_owned()), ..Source::default() };

    let sources = sources(block, &[("RAX_REGION", "DFW"), ("RS_REGION_NAME", "ORD")]);

    assert_eq!(sources.region().as_deref(), Some("LON"));
}

#[test]
fn rax_variables_beat_rs_variables_and_each_may_fill_what_the_other_lacks() {
    let sources = sources(
        Source::default(),
        &[("RS_USERNAME", "rs"), ("RAX_API_KEY", "rax-key"), ("RS_API_KEY", "rs-key")],
    );

    assert_eq!(api_key_of(&sources), ("rs".to_owned(), "rax-key".to_owned()));
}

#[test]
fn the_environment_beats_the_credentials_file() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join(".rackspace_cloud_credentials"),
        "[rackspace_cloud]\nusername = filed\napi_key = file-key\nregion = SYD\n",
    )
    .unwrap();
    let home = home.path().to_str().unwrap();

    let from_file = sources(Source::default(), &[("HOME", home)]);
    let mixed = sources(Source::default(), &[("HOME", home), ("RAX_API_KEY", "env-key")]);

    assert_eq!(api_key_of(&from_file), ("filed".to_owned(), "file-key".to_owned()));
    assert_eq!(from_file.region().as_deref(), Some("SYD"));
    assert_eq!(api_key_of(&mixed), ("filed".to_owned(), "env-key".to_owned()));
}

#[test]
fn a_named_credentials_file_must_exist_and_have_its_section() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    let named = |path: &std::path::Path| Source {
        credentials_file: Some(path.to_str().unwrap().to_owned()),
        ..Source::default()
    };

    let missing = Sources::read(named(&path), &environment(&[])).err().unwrap();
    std::fs::write(&path, "[other]\nusername = x\n").unwrap();
    let foreign = Sources::read(named(&path), &environment(&[])).err().unwrap();

    assert!(missing.iter().next().unwrap().detail_text().contains("credentials:"));
    assert!(foreign.iter().next().unwrap().detail_text().contains("[rackspace_cloud]"));
}

#[test]
fn odd_characters_in_a_key_survive_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    std::fs::write(&path, "# mine\n[rackspace_cloud]\nusername = u\napi_key = a%b\\c#d;e=f\n")
        .unwrap();

    let block =
        Source { credentials_file: Some(path.to_str().unwrap().to_owned()), ..Source::default() };

    assert_eq!(api_key_of(&sources(block, &[])).1, "a%b\\c#d;e=f");
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(refusal(&sources(Source::default(), &[])), "Missing Rackspace credentials");
    assert_eq!(
        refusal(&sources(Source::default(), &[("RAX_API_KEY", "k")])),
        "Missing Rackspace user name"
    );
    assert_eq!(
        refusal(&sources(Source::default(), &[("RAX_TOKEN", "t")])),
        "Missing account number"
    );
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let sources = sources(Source::default(), &[("RAX_USERNAME", ""), ("RAX_API_KEY", "  ")]);

    assert_eq!(refusal(&sources), "Missing Rackspace credentials");
}

#[test]
fn an_address_that_is_no_url_is_refused_with_the_names_to_change() {
    let block = Source { auth_url: Some("identity".to_owned()), ..Source::default() };

    let diagnostics = sources(block, &[]).auth_url().err().unwrap();

    let detail = diagnostics.iter().next().unwrap().detail_text().to_owned();
    assert!(detail.contains("auth_url") && detail.contains("RAX_AUTH_URL"), "{detail}");
}

#[test]
fn a_file_that_begins_with_a_byte_order_mark_is_read() {
    let source = parse_file("\u{feff}[rackspace_cloud]\nusername = filed\n").unwrap();

    assert_eq!(source.username.as_deref(), Some("filed"));
}

#[test]
fn fuzz_credentials_files() {
    let seeds = [
        "[rackspace_cloud]\nusername = filed\napi_key = s3cret;key#1\nregion = SYD\n",
        "# pyrax\n[settings]\nx: y\n[rackspace_cloud]\nusername: filed\npassword = s3cret-word\n",
    ];
    let target = fuzz_loop::Target::new("credentials-files", env!("CARGO_MANIFEST_DIR"));
    let target = seeds.iter().fold(target, fuzz_loop::Target::seed);
    target.words(&["[rackspace_cloud]", "=", ":", "api_key", "\n", "\\\n", ";", "#", "["]).run(
        |input| {
            let Ok(text) = str::from_utf8(input) else { return "no text".to_owned() };
            match parse_file(text) {
                Ok(source) => {
                    let sources = Sources(vec![source]);
                    format!(
                        "{} {:?}",
                        sources.credentials().is_ok(),
                        sources.region().map(|it| it.len())
                    )
                }
                Err(reason) => {
                    assert!(!reason.contains("s3cret"), "{reason}");
                    assert!(!reason.contains(char::is_control), "{reason}");
                    reason
                }
            }
        },
    );
}
