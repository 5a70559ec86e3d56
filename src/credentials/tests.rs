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

/// The settings, where each is given, and what is asked of the sources about it.
const SETTINGS: [(&str, &str); 9] = [
    ("username", "RAX_USERNAME"),
    ("api_key", "RAX_API_KEY"),
    ("password", "RAX_PASSWORD"),
    ("token", "RAX_TOKEN"),
    ("account_id", "RAX_ACCOUNT_ID"),
    ("region", "RAX_REGION"),
    ("auth_url", "RAX_AUTH_URL"),
    ("endpoint", "RAX_DB_ENDPOINT"),
    ("credentials_file", "RAX_CREDENTIALS_FILE"),
];

/// A source with one setting.
fn with(name: &str, value: &str) -> Source {
    let of = |it: &str| (it == name).then(|| value.to_owned());
    let secret = |it: &str| of(it).map(Sensitive::new);
    Source {
        username: of("username"),
        api_key: secret("api_key"),
        password: secret("password"),
        token: secret("token"),
        account_id: of("account_id"),
        region: of("region"),
        auth_url: of("auth_url"),
        endpoint: of("endpoint"),
        plain_http: of("plain_http"),
        credentials_file: of("credentials_file"),
    }
}

/// What a source says of a setting.
fn told(source: &Source, name: &str) -> Option<String> {
    let secret = |it: &Option<Sensitive<String>>| it.as_ref().map(|it| it.expose().clone());
    match name {
        "username" => source.username.clone(),
        "api_key" => secret(&source.api_key),
        "password" => secret(&source.password),
        "token" => secret(&source.token),
        "account_id" => source.account_id.clone(),
        "region" => source.region.clone(),
        "auth_url" => source.auth_url.clone(),
        "endpoint" => source.endpoint.clone(),
        _ => source.credentials_file.clone(),
    }
}

#[test]
fn settings_are_taken_without_the_white_space_around_them_and_empty_ones_not_at_all() {
    let at_home = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&at_home, "[rackspace_cloud]\n").unwrap();
    let file = at_home.path().to_str().unwrap();
    for (name, variable) in SETTINGS {
        let right = if name == "credentials_file" { file } else { "right" };
        let spaced = format!(" \t{right}\r\n");

        let blocks = [with(name, &spaced), with(name, ""), with(name, " \n"), Source::default()];
        for block in blocks {
            let sources = sources(block, &[(variable, &spaced)]);

            let first = sources.0.iter().find_map(|source| told(source, name));
            assert_eq!(first.as_deref(), Some(right), "{name}");
        }
    }
}

#[test]
fn a_control_character_inside_a_setting_is_refused_with_its_place() {
    let refusal = |block, variables: &[(&str, &str)]| {
        let diagnostics = Sources::read(block, &environment(variables)).err().unwrap();
        diagnostics.to_string()
    };
    for (name, variable) in SETTINGS {
        let of_block = refusal(with(name, "s3c\nret"), &[]);
        let of_variable = refusal(Source::default(), &[(variable, "s3c\u{0}ret")]);

        assert!(of_block.contains(&format!("`{name}` in the provider block")), "{of_block}");
        assert!(of_variable.contains(variable), "{of_variable}");
        assert!(!of_block.contains("s3c") && !of_variable.contains("s3c"), "{of_variable}");
    }
    let of_rs = refusal(Source::default(), &[("RS_REGION_NAME", "D\tFW")]);
    assert!(of_rs.contains("RS_REGION_NAME"), "{of_rs}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "[rackspace_cloud]\napi_key = s3c\u{1b}ret\n").unwrap();
    let of_file = refusal(with("credentials_file", file.path().to_str().unwrap()), &[]);
    assert!(of_file.contains("`api_key` in ") && !of_file.contains("s3c"), "{of_file}");
}

/// Homes in which the usual file is of no use.
fn useless_homes(folder: &Path) -> Vec<PathBuf> {
    let home = |name: &str| {
        let home = folder.join(name);
        std::fs::create_dir(&home).unwrap();
        (home.clone(), home.join(".rackspace_cloud_credentials"))
    };
    let (foreign, file) = home("foreign");
    std::fs::write(file, "[keystone]\nusername = x\n").unwrap();
    let (binary, file) = home("binary");
    std::fs::write(file, [0xff, 0xfe, 0]).unwrap();
    let (directory, file) = home("directory");
    std::fs::create_dir(file).unwrap();
    let (dangling, file) = home("dangling");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", file).unwrap();
    let (garbled, file) = home("garbled");
    std::fs::write(file, "[rackspace_cloud\n=\n").unwrap();
    vec![foreign, binary, directory, dangling, garbled]
}

#[test]
fn the_usual_file_is_read_only_when_something_is_open_and_blamed_only_then() {
    let folder = tempfile::tempdir().unwrap();
    for home in useless_homes(folder.path()) {
        let home = home.to_str().unwrap();
        let complete =
            [("HOME", home), ("RAX_USERNAME", "u"), ("RAX_API_KEY", "k"), ("RAX_REGION", "DFW")];

        assert_eq!(api_key_of(&sources(Source::default(), &complete)).1, "k");
        let open = Sources::read(Source::default(), &environment(&complete[..2])).err().unwrap();
        assert!(open.to_string().contains("credentials_file"), "{open}");
        let nowhere = format!("{home}/nowhere");
        let missing = sources(Source::default(), &[("HOME", nowhere.as_str())]);
        assert_eq!(refusal(&missing), "Missing Rackspace credentials");
    }
}

#[test]
fn a_file_of_another_tool_does_not_stand_against_the_default_region() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = useless_homes(folder.path()).remove(0);
    let variables =
        [("HOME", foreign.to_str().unwrap()), ("RAX_USERNAME", "u"), ("RAX_API_KEY", "k")];

    assert_eq!(sources(Source::default(), &variables).region(), None);
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

    assert_eq!(source.unwrap().username.as_deref(), Some("filed"));
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
                    let sources = Sources(Vec::from_iter(source));
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
