use super::*;

fn proxy(variables: &[(&str, &str)]) -> Result<Option<Proxy>, Error> {
    Proxy::of_environment(|name| {
        let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
        Some((*value).to_owned())
    })
}

#[test]
fn every_kind_of_proxy_is_understood() {
    for (value, url) in [
        ("http://10.0.0.1:3128", "http://10.0.0.1:3128/"),
        ("proxy.example.com:3128", "http://proxy.example.com:3128/"),
        ("https://u:p@proxy.example.com", "https://u:p@proxy.example.com/"),
        ("socks5://127.0.0.1:1081", "socks5h://127.0.0.1:1081"),
        (" socks5h://proxy.example.com\n", "socks5h://proxy.example.com:1080"),
    ] {
        let found = proxy(&[("HTTPS_PROXY", value)]).unwrap().unwrap();

        assert_eq!(found.url.as_str(), url, "{value}");
        assert!(found.rule().is_ok(), "{value}");
    }
}

#[test]
fn the_first_variable_that_is_not_empty_counts() {
    let found = |variables| proxy(variables).unwrap().map(|it| it.variable);

    assert_eq!(
        found(&[("HTTPS_PROXY", ""), ("https_proxy", "a:1"), ("ALL_PROXY", "b:1")]),
        Some("https_proxy")
    );
    assert_eq!(found(&[("HTTP_PROXY", "c:1"), ("ALL_PROXY", "b:1")]), Some("ALL_PROXY"));
    assert_eq!(found(&[("HTTPS_PROXY", " "), ("HTTP_PROXY", "http://[bad")]), None);
}

#[test]
fn what_is_no_proxy_is_refused_with_the_name_of_its_variable_and_without_its_password() {
    for value in
        ["http://[bad", "socks4://x:1", "ftp://u:s3cret@x", "http://", "socks5://", "u:s3cret@"]
    {
        let error = proxy(&[("ALL_PROXY", value)]).err().unwrap();

        assert!(matches!(error, Error::Invalid(_)), "{error}");
        assert!(error.to_string().contains("ALL_PROXY"), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

/// A server that reads so much of each connection and answers it, and then hangs up; what it read.
async fn server(
    exchanges: &'static [(usize, &'static [u8])],
) -> (String, tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            for (length, answer) in exchanges {
                let mut read = vec![0; *length];
                let length = stream.read(&mut read).await.unwrap();
                read.truncate(length);
                tell.send(read).unwrap();
                stream.write_all(answer).await.unwrap();
            }
        }
    });
    (address, told)
}

/// A client that sends everything through the proxy, as its rule says.
fn client(proxy: &Proxy) -> reqwest::Client {
    // Another test may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().proxy(proxy.rule().unwrap());
    client.tls_certs_only(std::iter::empty()).build().unwrap()
}

/// How a request through the proxy fails.
async fn failure(proxy: &Proxy) -> Cause {
    Cause::from(Box::from(client(proxy).get(TARGET).send().await.unwrap_err()))
}

const TARGET: &str = "https://db.example.invalid/v1.0/1";

#[tokio::test]
async fn a_proxy_that_lets_nobody_through_is_told_with_its_status() {
    let (address, mut told) =
        server(&[(4_096, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]).await;
    let address = format!("http://user:pass%20word@{address}");
    let proxy = proxy(&[("HTTPS_PROXY", &address)]).unwrap().unwrap();
    let error = failure(&proxy).await;

    let reason = proxy.reason(&TARGET.parse().unwrap(), &error).await.unwrap().to_string();

    assert!(reason.contains("HTTPS_PROXY") && reason.contains("403 Forbidden"), "{reason}");
    let login = BASE64_STANDARD.encode("user:pass word").to_ascii_lowercase();
    for _ in 0..2 {
        let asked = String::from_utf8(told.recv().await.unwrap()).unwrap().to_ascii_lowercase();
        assert!(asked.starts_with("connect db.example.invalid:443 http/1.1"), "{asked}");
        assert!(asked.contains(&format!("proxy-authorization: basic {login}")), "{asked}");
    }
}

#[tokio::test]
async fn a_socks_proxy_is_asked_for_the_name_of_the_server() {
    // No authentication, and then no connection.
    let (address, mut told) = server(&[(3, &[5, 0]), (512, &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0])]).await;
    let proxy = proxy(&[("ALL_PROXY", &format!("socks5://{address}"))]).unwrap().unwrap();

    let error = failure(&proxy).await;

    assert_eq!(told.recv().await.unwrap()[0], 5);
    let asked = told.recv().await.unwrap();
    assert!(String::from_utf8_lossy(&asked).contains("db.example.invalid"), "{asked:?}");
    assert!(proxy.reason(&TARGET.parse().unwrap(), &error).await.is_none());
}

#[tokio::test]
async fn this_machine_and_exempt_hosts_are_reached_without_the_proxy() {
    let (address, mut told) = server(&[(4_096, b"HTTP/1.1 204 No Content\r\n\r\n")]).await;
    for (target, exempt) in [
        (format!("http://{address}"), ""),
        (format!("http://{address}"), "x.example.com, 127.0.0.1"),
    ] {
        let proxy =
            proxy(&[("ALL_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", exempt)]).unwrap().unwrap();

        assert_eq!(client(&proxy).get(&target).send().await.unwrap().status(), 204);
        told.recv().await.unwrap();
    }
}
