//! A registry of providers on loopback, over HTTPS with an authority of its own.
//!
//! It speaks what Terraform asks: <https://developer.hashicorp.com/terraform/internals/provider-registry-protocol>.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::json;
use testkit::{Result, provider};
use tfplug::client::certificate_pem;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::{archive, sums};

/// What is offered, and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// The folder of a release.
    pub(super) folder: PathBuf,
    /// The ID and the text of the key that signs.
    pub(super) key: Option<(String, String)>,
    /// The versions of the plugin protocol that the provider speaks.
    pub(super) protocol: &'static str,
}

/// A running registry; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Registry {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Registry {
    /// Starts one, and writes the certificate of its authority to that file.
    pub(super) fn start(offer: Offer, authority: &FilePath) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let tcp = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = tcp.local_addr()?;
        let listener = Listener { tcp, tls: acceptor(authority)? };
        let router = Router::new()
            .route("/.well-known/terraform.json", get(services))
            .route("/v1/providers/{namespace}/{name}/versions", get(versions))
            .route("/v1/providers/{namespace}/{name}/{version}/download/{os}/{arch}", get(package))
            .route("/files/{name}", get(file))
            .with_state(Arc::new(offer));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, _runtime: runtime })
    }

    /// The source of the provider for a configuration.
    pub(super) fn source(&self) -> String {
        format!("localhost:{}/{}", self.address.port(), provider::SOURCE)
    }
}

async fn services() -> Response {
    answer(&json!({ "providers.v1": "/v1/providers/" }))
}

async fn versions(State(offer): State<Arc<Offer>>) -> Response {
    let platform = provider::platform();
    let (os, arch) = platform.split_once('_').unwrap_or_default();
    answer(&json!({ "versions": [{
        "version": provider::VERSION,
        "protocols": [offer.protocol],
        "platforms": [{ "os": os, "arch": arch }],
    }] }))
}

type Asked = (String, String, String, String, String);

async fn package(State(offer): State<Arc<Offer>>, Path(asked): Path<Asked>) -> Response {
    let (_, _, _, os, arch) = asked;
    let (zip, sums) = (archive::name(&format!("{os}_{arch}")), sums::name());
    let listed = std::fs::read_to_string(offer.folder.join(&sums)).unwrap_or_default();
    let sum = listed.lines().find_map(|line| line.strip_suffix(&format!("  {zip}")));
    let keys: Vec<_> =
        offer.key.iter().map(|(id, text)| json!({ "key_id": id, "ascii_armor": text })).collect();
    answer(&json!({
        "protocols": [offer.protocol],
        "os": os,
        "arch": arch,
        "filename": zip,
        "download_url": format!("/files/{zip}"),
        "shasum": sum,
        "shasums_url": format!("/files/{sums}"),
        "shasums_signature_url": format!("/files/{sums}.sig"),
        "signing_keys": { "gpg_public_keys": keys },
    }))
}

async fn file(State(offer): State<Arc<Offer>>, Path(name): Path<String>) -> Response {
    match std::fs::read(offer.folder.join(name)) {
        Ok(bytes) => bytes.into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(json: &serde_json::Value) -> Response {
    ([("content-type", "application/json")], json.to_string()).into_response()
}

/// Connections after their TLS handshake.
struct Listener {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Ok((stream, peer)) = self.tcp.accept().await
                && let Ok(stream) = self.tls.accept(stream).await
            {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// TLS for `localhost`, with a certificate of a new authority.
fn acceptor(authority: &FilePath) -> Result<TlsAcceptor> {
    let authority_key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(Vec::new())?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&authority_key)?;
    std::fs::write(authority, certificate_pem(certificate.der()))?;
    let issuer = Issuer::new(parameters, authority_key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate.der().to_vec())],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
